"""Reports are exported by the same job as documents."""

from collections.abc import Callable

import docx
import pytest

from documents.models import Document
from jobs import testing
from jobs.errors import InvalidSubmission
from jobs.models import Job
from reports.files import rendering, store
from reports.models import Report
from tests.jobs.ai.rendering.documents import chart
from tests.people import Person


@pytest.fixture
def export(owner: Person) -> Callable[..., Job]:
    """Return a function that exports a report for a person."""

    def run(report: Report, format: str, person: Person = owner) -> Job:
        order = {"report": str(report.pk), "format": format}
        return testing.run(
            testing.make(
                "export_document", order, owner=person.user, organization=person.organization
            )
        )

    return run


def test_a_report_without_a_docx_gets_one_from_the_job(
    report: Report, export: Callable[..., Job]
) -> None:
    store.remove_files(report)
    done = export(report, "docx")
    with Document.objects.get(pk=done.output["document"]).file.open("rb") as file:
        assert "The bridge" in [one.text for one in docx.Document(file).paragraphs]


def test_a_report_shows_its_charts_in_its_files(owner: Person, report: Report) -> None:
    report.markdown += f"\n\n{chart()}\n"
    report.save(update_fields=["markdown"])
    store.remove_files(report)
    path = f"/api/v1/reports/{report.pk}/export?format=html"
    assert rendering.attach_files(report.pk).partial is False
    assert b"data:image/svg+xml;base64," in owner.client.get(path).content


def test_a_strangers_report_is_not_found(
    stranger: Person, report: Report, export: Callable[..., Job]
) -> None:
    with pytest.raises(InvalidSubmission):
        export(report, "pdf", person=stranger)
