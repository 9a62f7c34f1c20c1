"""A deleted report takes its files along, and ends a job that still works on it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jobs import testing
from jobs.ai.rendering import renderer
from jobs.ai.rendering.document import MarkdownDocument
from jobs.models import Job
from reports import records
from reports.models import Report
from tests.people import Person

CommitHooks = Callable[..., Any]


def files(report: Report) -> list[Path]:
    """Return the files that are stored for reports."""
    return [path for path in Path(report.pdf.storage.path("reports")).rglob("*") if path.is_file()]


@pytest.mark.parametrize("who", ["owner", "teammate"])
def test_a_member_deletes_a_report_and_its_files(
    who: str,
    owner: Person,
    teammate: Person,
    report: Report,
    django_capture_on_commit_callbacks: CommitHooks,
) -> None:
    person = {"owner": owner, "teammate": teammate}[who]
    assert len(files(report)) == 3
    with django_capture_on_commit_callbacks(execute=True):
        response = person.client.delete(f"/api/v1/reports/{report.pk}")
        assert files(report), "the files stay until the row is certainly gone"
    assert (response.status_code, Report.objects.count()) == (204, 0)
    assert files(report) == []
    assert person.client.get(f"/api/v1/reports/{report.pk}").status_code == 404
    assert Job.objects.get().output["report_id"] == str(report.pk), "its job remains"


def test_a_stranger_cannot_delete_a_report(stranger: Person, report: Report) -> None:
    assert stranger.client.delete(f"/api/v1/reports/{report.pk}").status_code == 404
    assert (Report.objects.count(), len(files(report))) == (1, 3)


def test_a_report_deleted_during_formatting_leaves_no_file(
    order: Callable[..., Job],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: CommitHooks,
) -> None:
    make = renderer.render_file

    def delete_meanwhile(paper: MarkdownDocument, format: renderer.Format) -> renderer.RenderedFile:
        with django_capture_on_commit_callbacks(execute=True):
            for report in Report.objects.all():
                records.remove(report)
        return make(paper, format)

    monkeypatch.setattr(renderer, "render_file", delete_meanwhile)
    done = testing.run(order())
    assert (done.state, done.error["code"]) == ("failed", "invalid_input")
    assert "deleted" in done.error["message"]
    assert Report.objects.count() == 0
    assert files(Report()) == []
