"""What a file is, by its content. Its name is believed only where the content leaves it open."""

import codecs
import re
from typing import IO

from documents import archives

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PNG, JPEG, TIFF, WEBP, GIF, BMP = (
    f"image/{kind}" for kind in ("png", "jpeg", "tiff", "webp", "gif", "bmp")
)
HTML, CSV, MARKDOWN, TEXT = "text/html", "text/csv", "text/markdown", "text/plain"

IMAGES = frozenset({PNG, JPEG, TIFF, WEBP, GIF, BMP})
EXTENSIONS = {
    ".pdf": PDF,
    ".docx": DOCX,
    ".xlsx": XLSX,
    ".png": PNG,
    ".jpg": JPEG,
    ".jpeg": JPEG,
    ".tif": TIFF,
    ".tiff": TIFF,
    ".webp": WEBP,
    ".gif": GIF,
    ".bmp": BMP,
    ".html": HTML,
    ".htm": HTML,
    ".csv": CSV,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".txt": TEXT,
}
SUPPORTED = "PDF, DOCX, XLSX, PNG, JPEG, TIFF, WebP, GIF, BMP, HTML, CSV, Markdown, plain text"

HEAD = 65_536
"""Bytes at the start that are looked at."""
OFFICE_MEMBERS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
PDF_MARK = b"%PDF-"
PDF_MARK_WITHIN = 1024
"""Readers accept junk of so many bytes before the mark (ISO 32000-1, implementation note 13)."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXT_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NOT_IN_TEXT = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
# Possessive: a row of comments must not be tried in every way to split it.
HTML_START = re.compile(
    rb"\s*+(?:<!--(?>.*?-->)\s*+)*+<(?:!doctype html|html|head|body)\b", re.I | re.S
)
HTML_TAG = re.compile(rb"<[a-z][a-z0-9]*[\s>]", re.I)


def short_name(media_type: str) -> str:
    """Give the usual short name of a media type: "pdf", "docx", "jpg"."""
    found = (known for known, type_ in EXTENSIONS.items() if type_ == media_type)
    return next(found, ".file").removeprefix(".")


def detect(stream: IO[bytes], extension: str) -> str | None:
    """Give the media type of the content, or None where it is none that is supported.

    `extension` decides among kinds of text only: no content proves that a text is Markdown.
    Raises a `DocumentError` for a ZIP container that is damaged or unpacks out of proportion.
    """
    stream.seek(0)
    head = stream.read(HEAD)
    if head.lstrip().startswith(PDF_MARK):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _office(stream)
    if _is_text(head):
        return _kind_of_text(head, extension)
    return _image(head) or (PDF if PDF_MARK in head[:PDF_MARK_WITHIN] else None)


def contradicts(media_type: str, extension: str) -> bool:
    """Whether a file's extension claims another known type than its content has."""
    claimed = EXTENSIONS.get(extension)
    return claimed is not None and claimed != media_type


def hint(stream: IO[bytes]) -> str:
    """Say in a few words what an unsupported file seems to be; "" where nothing is known."""
    import puremagic

    stream.seek(0)
    head = stream.read(HEAD)
    if head.startswith(OLE):
        return "an old or a password-protected Office file"
    try:
        return str(puremagic.magic_string(head)[0].name)
    except (puremagic.PureError, ValueError):
        return ""


def _office(stream: IO[bytes]) -> str | None:
    with archives.opened(stream) as archive:
        members = set(archive.namelist())
    return next((type_ for name, type_ in OFFICE_MEMBERS.items() if name in members), None)


def _image(head: bytes) -> str | None:
    import puremagic

    try:
        found = {match.mime_type for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return None
    if head.startswith(b"BM") and "image/x-ms-bmp" in found:
        return BMP
    return next((type_ for type_ in sorted(IMAGES) if type_ in found), None)


def _is_text(head: bytes) -> bool:
    return head.startswith(TEXT_MARKS) or not NOT_IN_TEXT.search(head)


def _kind_of_text(head: bytes, extension: str) -> str:
    claimed = EXTENSIONS.get(extension)
    if claimed in (TEXT, MARKDOWN):
        return claimed
    if HTML_START.match(head.removeprefix(codecs.BOM_UTF8)):
        return HTML
    if claimed == HTML and HTML_TAG.search(head):
        return HTML
    return CSV if claimed == CSV else TEXT
