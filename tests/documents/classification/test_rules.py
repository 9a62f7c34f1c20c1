"""Classification by rules: a category, its confidence and the words that decided."""

import pytest

from documents.classification import Category, classify, rules

LETTER = "Dear Ms Okafor,\n\nWe are writing about your order.\n\nYours sincerely\nFelix Baum"
INVOICE = "INVOICE\nInvoice number 7\nBill to: Quay Ltd\nTotal due £1,200.00 within 30 days"


@pytest.mark.parametrize(("text", "category"), [(LETTER, "letter"), (INVOICE, "invoice")])
def test_the_reason_quotes_the_text(text: str, category: str) -> None:
    verdict = classify(text)
    assert verdict.category == category
    quoted = verdict.reason.split("“")[1].split("”")[0]
    assert quoted in text.casefold()


@pytest.mark.parametrize("text", ["", "  \n", "x", "\x00\uffff", "the sea is calm tonight " * 50])
def test_a_text_without_cues_is_other(text: str) -> None:
    assert classify(text).category == "other"


def test_few_words_are_never_confident() -> None:
    assert classify("invoice").confidence < 0.5


def test_a_long_text_is_classified_by_its_start_in_bounded_time() -> None:
    assert classify(INVOICE + " word" * 2_000_000).category == "invoice"


def test_the_rules_cover_every_default_category() -> None:
    expected = (
        "invoice receipt contract report letter cv form statement minutes specification other"
    )
    assert rules.category_names() == expected.split()


OWN = [
    Category(name="Complaint", description="wants a refund or a replacement for broken goods"),
    Category(name="Invoices", description=""),
    Category(name="Job application", description="applies for a vacancy, encloses a CV"),
]


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("The mug was broken when it came. Please send a replacement or refund me.", "Complaint"),
        ("I wish to apply for the vacancy of crane driver. My CV is enclosed.", "Job application"),
        (INVOICE, "Invoices"),
        ("The tide was low and gulls walked over the mud.", "other"),
    ],
)
def test_own_categories_are_matched_by_their_words(text: str, category: str) -> None:
    assert classify(text, categories=OWN).category == category
