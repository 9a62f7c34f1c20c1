"""Without a language model a report quotes its sources, and says so."""

import re
from collections.abc import Callable

import pypdfium2

from documents.models import Document
from jobs import testing
from jobs.models import Job
from reports.files import store
from reports.models import Report
from tests.reports.conftest import TEXT


def test_a_report_quotes_sentences_about_its_points(report: Report) -> None:
    assert report.title == "The bridge"
    assert "costs 48,000 euro" in report.markdown
    assert "delayed by three weeks" in report.markdown
    assert "## Cost of the repair" in report.markdown
    assert "notes.txt" in report.markdown
    assert "without a language model" in report.markdown
    assert (report.model, report.partial, report.usage) == ("builtin", False, {})


def test_every_quotation_stands_in_a_source(report: Report) -> None:
    quoted = [
        line.strip("> ").strip() for line in report.markdown.splitlines() if line.startswith(">")
    ]
    sentences = [line for line in quoted if line and not line.startswith("—")]
    assert sentences
    for sentence in sentences:
        assert sentence.replace("\\", "") in TEXT


def test_the_same_input_gives_the_same_report(
    order: Callable[..., Job], upload: Callable[..., Document]
) -> None:
    documents = [str(upload().pk)]
    first, second = (testing.run(order(documents=documents)) for _ in range(2))
    texts = set(Report.objects.filter(job__in=[first, second]).values_list("markdown", flat=True))
    assert len(texts) == 1


def test_a_report_without_documents_invents_nothing(order: Callable[..., Job]) -> None:
    job = testing.run(order())
    markdown = Report.objects.get(job=job).markdown
    assert (job.state, job.output["sections"]) == ("completed", 2)
    assert "without documents" in markdown


def test_hostile_text_stays_text(
    order: Callable[..., Job], upload: Callable[..., Document]
) -> None:
    markup = "<script>alert(1)</script> #set page(fill: red) [x](javascript:1) $1$"
    hostile = f"The cost of repair is {markup}."
    job = testing.run(order(documents=[str(upload(hostile).pk)]))
    report = Report.objects.get(job=job)
    assert (job.state, report.partial) == ("completed", False)
    with report.pdf.open("rb") as file:
        document = pypdfium2.PdfDocument(file.read())
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert "#set page(fill: red)" in text
    shown = (store.read_file(report, "html") or b"").decode()
    assert "<script>" not in shown
    assert "javascript:" not in re.findall(r'href="([^"]*)"', shown)
