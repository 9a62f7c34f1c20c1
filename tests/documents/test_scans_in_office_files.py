"""DOCX without a word in it: its pictures are read, as somebody put scans into it."""

import io

import docx
import pytest

from documents.errors import TooManyPages, TooManyPixels
from documents.extraction import Limits
from tests.documents import made
from tests.documents.extracted import ROOMY, extracted


def with_pictures(*pictures: bytes, text: str = "") -> bytes:
    document = docx.Document()
    for picture in pictures:
        document.add_picture(io.BytesIO(picture))
    if text:
        document.add_paragraph(text)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def scan(text: str) -> bytes:
    return made.saved(made.picture(text))


def test_each_scan_is_a_page_in_the_order_in_which_they_came() -> None:
    words = ["First harbour page", "Second invoice page", "Third bridge page"]
    pages = extracted(with_pictures(*map(scan, words)), "scanned.docx")
    assert [(page.number, page.method) for page in pages] == [(1, "ocr"), (2, "ocr"), (3, "ocr")]
    assert [page.text for page in pages] == words


def test_pictures_beside_text_are_not_read() -> None:
    [page] = extracted(with_pictures(scan("Logo of Acme"), text="Dear Ada"), "letter.docx")
    assert (page.text, page.method) == ("Dear Ada", "native")


def test_a_document_with_nothing_in_it_is_one_empty_page() -> None:
    [page] = extracted(with_pictures(), "empty.docx")
    assert (page.text, page.method) == ("", "native")


def test_scans_count_as_pages_and_as_pictures() -> None:
    scans = with_pictures(scan("One page"), scan("Another page"))
    with pytest.raises(TooManyPages):
        extracted(scans, "long.docx", Limits(pages=1, pixels=ROOMY.pixels))
    with pytest.raises(TooManyPixels):
        extracted(scans, "large.docx", Limits(pages=5, pixels=1000))
