"""Without a language model: extracted facts with their page, and nothing invented."""

from typing import Any

import pytest

from jobs import testing
from jobs.ai.text.quotations import normalize
from tests.documents import made
from tests.documents.conftest import Upload
from tests.documents.inputs import submit_documents
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)

INVOICE = """INVOICE
Northgate Joinery Ltd
Invoice number: 118        Date: 3 March 2026
Bill to: Harbour Office
Total due EUR 1,200.00
VAT rate: 20%
Goods: doors, hinges; locks

Payment is due within 30 days of the invoice date. The due date is 2 April 2026.
"""
FIELDS = [
    {"name": "Invoice number"},
    {"name": "Total due", "type": "amount"},
    {"name": "Due date", "type": "date"},
    {"name": "VAT rate", "type": "number"},
    {"name": "Goods", "type": "list"},
    {"name": "Purchase order"},
    {"name": "Rechnungsdatum", "type": "date", "description": "Day of the invoice, also: date"},
]
FOUND = ["118", "EUR 1,200.00", "2026-04-02", 20.0, ["doors", "hinges", "locks"], None]


def analysis(job: Any, at: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = job.output["files"][at]["analysis"]
    return found


def test_fields_parties_dates_and_amounts_are_found(upload: Upload, owner: Person) -> None:
    document = upload(INVOICE.encode(), "a.txt")
    job = testing.run(submit_documents("analyze_documents", owner, document, fields=FIELDS))
    found = analysis(job)
    assert [one["value"] for one in found["fields"]] == [*FOUND, "2026-03-03"]
    assert [one["value"] for one in found["parties"]] == ["Harbour Office", "Northgate Joinery Ltd"]
    assert {one["value"] for one in found["dates"]} == {"3 March 2026", "2 April 2026"}
    assert [one["value"] for one in found["amounts"]] == ["EUR 1,200.00"]
    assert (found["language"], job.output["model"]) == ("en", "builtin")
    assert "without a language model" in found["notes"][0]


def test_every_quotation_is_on_its_page(upload: Upload, owner: Person) -> None:
    pages = [f"#raw({page!r}, block: true)".replace("'", '"') for page in (INVOICE, "Second: 7")]
    document = upload(made.pdf(*pages), "a.pdf")
    wanted = [*FIELDS, {"name": "Second", "type": "number"}]
    job = testing.run(submit_documents("analyze_documents", owner, document, fields=wanted))
    texts = {page.number: normalize(page.text) for page in document.texts.all()}
    found = analysis(job)
    facts = [one for kind in ("parties", "dates", "amounts", "fields") for one in found[kind]]
    quoted = [one for one in facts if one["quote"]]
    assert len(quoted) >= 9
    assert [one for one in quoted if normalize(one["quote"]) not in texts[one["page"]]] == []
    assert (found["fields"][-1]["value"], found["fields"][-1]["page"]) == (7.0, 2)
    assert found["summary_verified"]
    assert normalize(found["summary"]) in "".join(texts.values())


def test_a_question_is_answered_by_a_sentence_or_not_at_all(upload: Upload, owner: Person) -> None:
    document = upload(INVOICE.encode(), "a.txt")
    questions = ["How many days until payment?", "Who is the president?"]
    job = testing.run(submit_documents("analyze_documents", owner, document, questions=questions))
    answered, silent = analysis(job)["answers"]
    assert answered["answer"] == "Payment is due within 30 days of the invoice date."
    assert (silent["answer"], silent["quote"], silent["verified"]) == (None, None, False)


def test_a_german_document_is_analysed(upload: Upload, owner: Person) -> None:
    text = (
        "Rechnung\nMüller & Söhne GmbH\nRechnungsnummer: 2026-044\nRechnungsdatum\n14. März 2026\n"
        "Gesamtbetrag: 1.190,00 EUR\nDie Ware bleibt bis zur Zahlung das Eigentum der Firma."
    )
    fields = [
        {"name": "Rechnungsdatum", "type": "date"},
        {"name": "Gesamtbetrag", "type": "number"},
    ]
    document = upload(text.encode(), "r.txt")
    asked = {"fields": fields, "questions": ["Welche Zahlungen?"]}
    found = analysis(testing.run(submit_documents("analyze_documents", owner, document, **asked)))
    assert [one["value"] for one in found["fields"]] == ["2026-03-14", 1190.0]
    assert found["answers"][0]["answer"].startswith("Die Ware bleibt bis zur Zahlung"), "stemmed"
    assert (found["language"], found["parties"][0]["value"]) == ("de", "Müller & Söhne GmbH")


def test_a_bad_file_fails_alone(upload: Upload, owner: Person) -> None:
    bad, empty = upload(made.locked_pdf(), "locked.pdf"), upload(b" \n", "empty.txt")
    good = upload(INVOICE.encode(), "a.txt")
    job = testing.run(submit_documents("analyze_documents", owner, bad, empty, good))
    codes = [one["error"] and one["error"]["code"] for one in job.output["files"]]
    assert codes == ["password_protected", "no_text", None]
    assert (job.output["processed_files"], job.output["failed_files"]) == (3, 2)
