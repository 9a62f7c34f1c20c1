"""The output of a model is untrusted: it is shown, and stays within its section."""

import re
from collections.abc import Callable

import pypdfium2
import pytest

from documents.models import Document
from jobs import testing
from jobs.models import Job
from reports.files import store
from reports.models import Report
from tests.jobs.ai.llm.provider import PLAN, Call, Provider

HOSTILE = """<script>alert(1)</script> <img src=x onerror=alert(1)> #read("/etc/passwd")

![pixel](https://evil.example/leak) [click](javascript:alert(1)) [fine](https://good.example)

It costs 48,000 euro [S1].

[S1]: https://evil.example/phish

```
left open"""


@pytest.fixture
def report(stub: Provider, order: Callable[..., Job], upload: Callable[..., Document]) -> Report:
    """Return a report that a hostile model has written."""

    def write(call: Call) -> None:
        shaped = "JSON Schema" in call.body["messages"][0]["content"]
        call.say(PLAN if shaped else HOSTILE)

    stub.behave = write
    job = testing.run(order(documents=[str(upload().pk)], model="stub"))
    return Report.objects.get(job=job)


def test_the_html_file_loads_nothing_and_runs_nothing(report: Report) -> None:
    shown = (store.read_file(report, "html") or b"").decode()
    assert not re.search(r"<(script|img|iframe|link|object)\b", shown)
    assert set(re.findall(r'href="([^"]*)"', shown)) == {"https://good.example"}
    assert "&lt;script&gt;" in shown


def test_an_open_block_ends_with_its_section(report: Report) -> None:
    shown = (store.read_file(report, "html") or b"").decode()
    assert [shown.count(f"<h2>{one}</h2>") for one in ("Summary", "Cost", "Sources")] == [1, 1, 1]


def test_the_pdf_shows_markup_as_text(report: Report) -> None:
    assert (report.partial, report.warning) == (False, "")
    with report.pdf.open("rb") as file:
        document = pypdfium2.PdfDocument(file.read())
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    text = text.replace("\u200b", "")  # where a long word may be broken
    assert '#read("/etc/passwd")' in text
    assert "<script>alert(1)</script>" in text
    assert "root:" not in text
