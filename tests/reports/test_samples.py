"""A report on the sample documents, as the demo writes it, is useful."""

import pytest
from django.core.files.base import ContentFile

from documents import store
from jobs import testing
from reports.models import Report
from tests.people import Person
from tests.programs import PROJECT

SAMPLES = PROJECT / "samples"
NAMES = ["invoice.pdf", "contract.docx", "minutes.html", "sales.csv"]
POINTS = [
    "Progress of the works against the programme",
    "Damages for delay",
    "Safety incidents on site",
    "Revenue in each month",
    "Noise complaints from neighbours",
]


@pytest.fixture
def report(owner: Person) -> Report:
    """Return the report."""
    documents = [
        store.add(
            ContentFile((SAMPLES / name).read_bytes(), name),
            organization=owner.organization,
            owner=owner.user,
        )
        for name in NAMES
    ]
    order = {"bullet_points": POINTS, "documents": [str(one.pk) for one in documents]}
    job = testing.make("generate_report", order, owner=owner.user, organization=owner.organization)
    return Report.objects.get(job=testing.run(job))


def section(report: Report, heading: str) -> str:
    """Return the text of a section."""
    return report.markdown.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_each_point_is_answered_from_the_right_source(report: Report) -> None:
    assert "two weeks behind the programme" in section(report, POINTS[0])
    assert "shall pay the Client 2,500 pounds" in section(report, POINTS[1])
    assert "a hand tool fell" in section(report, POINTS[2])
    assert "month, revenue\\_gbp of *sales.csv*" in section(report, POINTS[3])
    assert "do not mention this" in section(report, POINTS[4])


def test_the_summary_lists_found_and_missing_points(report: Report) -> None:
    summary = report.markdown.split("\n## ")[0]
    assert f"| **{POINTS[0]}** | The works are two weeks behind the programme. |" in summary
    assert f"| **{POINTS[4]}** | *Nothing was found.* | – |" in summary


def test_tables_are_counted_and_figures_are_listed(report: Report) -> None:
    assert "| 2025-06 | 37,538 | 194,060.00 |" in section(report, "Tables in the sources")
    assert "| Amount | **2,500 pounds** |" in section(report, "Figures and dates")
    assert "| S4 | sales.csv | csv | – | counted |" in section(report, "Sources")
    assert (report.partial, report.warning) == (False, "")
