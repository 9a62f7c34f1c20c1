"""The samples are small, and are read and classified correctly."""

import pytest

from documents.classification import classify
from tests.documents.extracted import extracted
from tests.programs import PROJECT

SAMPLES = PROJECT / "samples"


@pytest.mark.parametrize(
    ("name", "category", "method", "words"),
    [
        ("invoice.pdf", "invoice", "text_layer", "NCW-2025-118"),
        ("contract.docx", "contract", "native", "1,284,000 pounds"),
        ("minutes.html", "minutes", "native", "two weeks behind"),
        ("sales.csv", "other", "native", "revenue_gbp"),
        ("delivery-note-scan.png", "other", "ocr", "Harbour Bridge refurbishment"),
        ("site-photo.jpg", "other", "ocr", ""),
    ],
)
def test_a_sample_is_read_and_classified(name: str, category: str, method: str, words: str) -> None:
    pages = extracted((SAMPLES / name).read_bytes(), name)
    text = "\n".join(page.text for page in pages)
    assert (classify(text).category, pages[0].method) == (category, method)
    assert words in text


def test_the_samples_are_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < 600_000
