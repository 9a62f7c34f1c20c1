"""The type of a file follows its content, not its name."""

import io

import pytest
from PIL import Image

from documents import file_names, media_types
from documents.errors import UnpacksTooLarge, UnreadableDocument
from tests.documents import made


def detected(content: bytes, name: str) -> str | None:
    return media_types.detect(io.BytesIO(content), file_names.extension(name))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP"])
def test_an_image_is_recognized_by_its_content(kind: str) -> None:
    content = made.saved(Image.new("RGB", (40, 30), "white"), kind)
    assert detected(content, "anything") == f"image/{kind.lower()}"


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (made.pdf(), "x", media_types.PDF),
        (made.word(), "x", media_types.DOCX),
        (made.workbook(a=[[1]]), "x", media_types.XLSX),
        (b"a;b\n1;2\n", "t.csv", media_types.CSV),
        (b"# Title\n", "t.md", media_types.MARKDOWN),
        (b"<!DOCTYPE html><p>x", "no-extension", media_types.HTML),
        (b"<p>a fragment</p>", "page.html", media_types.HTML),
        ("Grüße".encode("utf-16"), "t.txt", media_types.TEXT),
        (b"see %PDF-1.7 for details", "t.txt", media_types.TEXT),
        (b"MZ\x90\x00" + bytes(200), "setup.exe", None),
        (rb"{\rtf1\ansi\deff0 Hello}", "letter.rtf", None),
        (media_types.OLE + bytes(600), "old.doc", None),
    ],
)
def test_the_media_type_is_that_of_the_content(
    content: bytes, name: str, expected: str | None
) -> None:
    assert detected(content, name) == expected


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(UnpacksTooLarge):
        detected(made.docx_bomb(), "letter.docx")


def test_a_truncated_office_file_is_unreadable() -> None:
    with pytest.raises(UnreadableDocument):
        detected(made.word()[:-200], "letter.docx")


def test_a_zip_that_lists_endless_members_is_refused() -> None:
    content = bytearray(made.word())
    end = content.rfind(b"PK\x05\x06")
    content[end + 12 : end + 16] = (50_000_000).to_bytes(4, "little")
    with pytest.raises(UnpacksTooLarge):
        detected(bytes(content), "letter.docx")
