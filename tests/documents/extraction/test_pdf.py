"""PDF: the text layer if it is usable, else OCR."""

from documents.extraction.pdf import is_letter_spaced
from tests.documents import made
from tests.documents.extracted import extracted, only


def test_the_text_layer_is_read_page_by_page() -> None:
    pages = extracted(made.pdf("The first page of the file", "And then the second page"), "a.pdf")
    assert [(page.number, page.method) for page in pages] == [(1, "text_layer"), (2, "text_layer")]
    assert pages[1].text == "And then the second page"


def test_a_page_that_is_a_picture_is_read_by_ocr() -> None:
    page = only(made.scanned_pdf(), "scan.pdf")
    assert (page.method, page.language) == ("ocr", "eng")
    assert "Harbour Bridge refurbishment" in page.text


def test_an_empty_page_needs_no_ocr() -> None:
    assert [page.method for page in extracted(made.pdf("", ""), "empty.pdf")] == ["text_layer"] * 2


def test_a_letter_spaced_text_layer_is_read_by_ocr() -> None:
    spaced = " ".join("harbour bridge refurbishment report")
    assert is_letter_spaced(spaced)
    assert only(made.pdf(spaced), "spaced.pdf").method == "ocr"


def test_ordinary_text_is_not_letter_spaced() -> None:
    assert not is_letter_spaced(
        "A man with a dog stood near the harbour and I went home by bus " * 3
    )
    assert not is_letter_spaced("a b c")
