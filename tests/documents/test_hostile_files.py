"""Hostile files are refused or bounded, each alone, and the good files beside them are read."""

import io
from collections.abc import Callable

import pytest
from pytest_django.fixtures import Settings

from documents import file_names, media_types, reader
from documents.errors import DocumentError
from documents.models import Document
from tests.documents import hostile, made
from tests.documents.conftest import Upload
from tests.people import Person

pytestmark = pytest.mark.django_db


def outcome(document: Document) -> str:
    """Read a document; give the code of its error, or "read"."""
    try:
        reader.extract(document)
    except DocumentError as error:
        return error.code
    return "read"


@pytest.mark.parametrize(
    ("make", "name", "expected"),
    [
        (hostile.endless_pdf, "endless.pdf", "too_many_pages"),
        (hostile.looped_pdf, "looped.pdf", "unreadable"),
        (hostile.nested_pdf, "nested.pdf", "read"),
        (hostile.laughing_pdf, "laughing.pdf", "unreadable"),
        (hostile.content_bomb_pdf, "bomb.pdf", "unreadable"),
        (hostile.picture_bomb_pdf, "picture.pdf", "read"),
        (hostile.jbig2_bomb_pdf, "jbig2.pdf", "read"),
        (hostile.jpx_bomb_pdf, "jpx.pdf", "read"),
        (hostile.hostile_font_pdf, "font.pdf", "read"),
        (hostile.laughing_docx, "laughing.docx", "unreadable"),
        (hostile.nested_html, "nested.html", "read"),
        (made.huge_png, "huge.png", "too_many_pixels"),
    ],
)
def test_a_hostile_file_is_refused_or_bounded(
    upload: Upload, settings: Settings, make: Callable[[], bytes], name: str, expected: str
) -> None:
    settings.DOCUMENT_READER_MEMORY = 150_000_000  # quicker to fill than the usual one
    assert outcome(upload(make(), name)) == expected


PDF_IN_HTML = b"<!doctype html><script>alert(1)</script>\n" + made.pdf()
SCRIPT_IN_GIF = b"GIF89a/*" + bytes(40) + b"*/=1;alert(1)"
ZIP_BEHIND_PDF = made.pdf() + made.word()


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (ZIP_BEHIND_PDF, "both.pdf", media_types.PDF),
        (PDF_IN_HTML, "page", media_types.PDF),
        (SCRIPT_IN_GIF, "script.gif", media_types.GIF),
    ],
)
def test_a_file_of_two_formats_has_one_type_and_is_a_download(
    upload: Upload, owner: Person, content: bytes, name: str, expected: str
) -> None:
    assert media_types.detect(io.BytesIO(content), file_names.extension(name)) == expected
    document = upload(content, name)
    answer = owner.client.get(f"/api/v1/documents/{document.pk}/content")
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (expected, "nosniff")
    answer.close()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\boot.txt", "boot.txt"),
        ("a\x00b.txt", "ab.txt"),
        ("invoice\u202etxt.exe.txt", "invoicetxt.exe.txt"),
        ("x" * 5000 + ".txt", "x" * 251 + ".txt"),
    ],
)
def test_a_hostile_name_is_reduced_to_its_base_name(upload: Upload, sent: str, kept: str) -> None:
    document = upload(b"a text", sent)
    assert document.name == kept
    assert ".." not in str(document.file.name)
