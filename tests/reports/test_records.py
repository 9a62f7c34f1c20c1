"""A report is stored once, whatever fails after it was written."""

from collections.abc import Callable
from signal import SIGTERM
from typing import Any

import pytest

from jobs import testing
from jobs.ai.rendering import renderer
from jobs.ai.rendering.document import MarkdownDocument
from jobs.lifecycle import verbs
from jobs.lifecycle.eventlog import Sql
from jobs.models import Job
from reports.files import rendering
from reports.models import Report


class Killed(SystemExit):
    """The end of a process by its pool, as far as a handler can see it: nothing is written."""

    def __init__(self) -> None:
        super().__init__(SIGTERM - 256)


def break_formatting(monkeypatch: pytest.MonkeyPatch) -> None:
    make = renderer.render_file

    def refuse(paper: MarkdownDocument, format: renderer.Format) -> renderer.RenderedFile:
        if format == "pdf":
            raise RuntimeError("no paper")
        return make(paper, format)

    monkeypatch.setattr(renderer, "render_file", refuse)


def test_a_report_with_failed_formatting_is_stored_as_partial(
    order: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    break_formatting(monkeypatch)
    done = testing.run(order())
    report = Report.objects.get(job=done)
    assert (done.state, done.output["partial"], report.partial) == ("completed", True, True)
    assert "export it as Markdown" in report.warning
    assert "no paper" not in report.warning


def test_a_job_that_saves_twice_keeps_one_report(
    order: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = order()
    testing.run(job)
    first = Report.objects.get()
    job.steps.filter(name__in=["save", "format"]).update(finished_at=None)
    Job.objects.filter(pk=job.pk).update(state="failed")
    verbs.retry(job.pk)
    assert testing.run(job).state == "completed"
    assert Report.objects.get().pk == first.pk
    kept = first.pdf.storage.listdir(f"reports/{first.organization_id}")[1]
    assert sorted(kept) == [f"{first.pk}.{kind}" for kind in ("docx", "html", "pdf")]


def test_a_report_outlives_its_job(report: Report) -> None:
    Job.objects.all().delete()
    report.refresh_from_db()
    assert report.job is None


def test_a_second_formatting_clears_the_warning(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        break_formatting(broken)
        rendering.attach_files(report.pk)
        assert rendering.attach_files(report.pk).warning == rendering.NOT_RENDERED.format("PDF")
    assert rendering.attach_files(report.pk).warning == ""


def test_a_crash_during_formatting_leaves_one_report_with_its_pdf(
    order: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = order()
    save = Report.save

    def die(report: Report, **options: Any) -> None:
        if "pdf" in options.get("update_fields", ()):
            raise Killed  # the file is written, the row is not
        save(report, **options)

    with monkeypatch.context() as dying:
        dying.setattr(Report, "save", die)
        with pytest.raises(Killed):
            testing.run(job)
    assert Report.objects.get().pdf.name == ""
    lost = Sql("id = %s AND attempt = %s", (job.pk, 1))
    assert verbs.rescue(lost, max_crashes=3, batch=1)
    done = testing.run(job)
    report = Report.objects.get(job=done)
    assert (done.state, report.partial, bool(report.pages)) == ("completed", False, True)
    assert len(report.pdf.storage.listdir(f"reports/{report.organization_id}")[1]) == 3
