"""A DOCX without text consists of scans, and its pictures are read by OCR."""

import io
import zipfile

import docx
import pytest

from documents.errors import TooManyPages, TooManyPixels
from documents.extraction import ExtractionLimits
from tests.documents import made
from tests.documents.extracted import ROOMY, extracted


def with_pictures(*pictures: bytes, text: str = "", header: str = "", footer: str = "") -> bytes:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = header
    document.sections[0].footer.paragraphs[0].text = footer
    for picture in pictures:
        document.add_picture(io.BytesIO(picture))
    if text:
        document.add_paragraph(text)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def scan(text: str) -> bytes:
    return made.saved(made.picture(text))


def test_each_scan_is_a_page_in_document_order() -> None:
    words = ["First harbour page", "Second invoice page", "Third bridge page"]
    pages = extracted(with_pictures(*map(scan, words)), "scanned.docx")
    assert [(page.number, page.method) for page in pages] == [(1, "ocr"), (2, "ocr"), (3, "ocr")]
    assert [page.text for page in pages] == words


def test_header_and_footer_are_a_page_before_the_scans() -> None:
    content = with_pictures(scan("Third bridge page"), header="Northway Ltd", footer="1")
    pages = extracted(content, "scanned.docx")
    assert [(page.number, page.text, page.method) for page in pages] == [
        (1, "Northway Ltd\n1", "native"),
        (2, "Third bridge page", "ocr"),
    ]


def test_scans_without_references_are_sorted_by_number_then_name() -> None:
    named = {
        "page10.webp": ("WEBP", "Tenth bridge page"),
        "page9.tif": ("TIFF", "Ninth invoice page"),
        "letter.png": ("PNG", "Letter from the harbour"),
        "cover.JPG": ("JPEG", "Cover of the report"),
    }
    file = io.BytesIO(with_pictures())
    with zipfile.ZipFile(file, "a") as archive:
        for name, (kind, text) in named.items():
            picture = made.picture(text).convert("RGB")
            archive.writestr(f"word/media/{name}", made.saved(picture, kind))
    pages = extracted(file.getvalue(), "scanned.docx")
    assert [page.text for page in pages] == [text for _, text in reversed(named.values())]


def test_pictures_beside_text_are_not_read() -> None:
    [page] = extracted(with_pictures(scan("Logo of Acme"), text="Dear Ada"), "letter.docx")
    assert (page.text, page.method) == ("Dear Ada", "native")


def test_an_empty_document_is_one_empty_page() -> None:
    [page] = extracted(with_pictures(), "empty.docx")
    assert (page.text, page.method) == ("", "native")


def test_scans_count_as_pages_and_as_pictures() -> None:
    scans = with_pictures(scan("One page"), scan("Another page"))
    with pytest.raises(TooManyPages):
        extracted(scans, "long.docx", ExtractionLimits(pages=1, pixels=ROOMY.pixels))
    with pytest.raises(TooManyPixels):
        extracted(scans, "large.docx", ExtractionLimits(pages=5, pixels=1000))
