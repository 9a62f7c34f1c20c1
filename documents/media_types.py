"""Detects the type of a file by content. The name decides only between kinds of text."""

import codecs
import re
from typing import IO

from documents import archives

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
EML = "message/rfc822"
PNG, JPEG, TIFF, WEBP, GIF, BMP = (
    f"image/{kind}" for kind in ("png", "jpeg", "tiff", "webp", "gif", "bmp")
)
HTML, CSV, MARKDOWN, TEXT = "text/html", "text/csv", "text/markdown", "text/plain"

IMAGES = frozenset({PNG, JPEG, TIFF, WEBP, GIF, BMP})
EXTENSIONS = {
    ".pdf": PDF,
    ".docx": DOCX,
    ".xlsx": XLSX,
    ".pptx": PPTX,
    ".eml": EML,
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
SUPPORTED = (
    "PDF, DOCX, XLSX, PPTX, EML, PNG, JPEG, TIFF, WebP, GIF, BMP, HTML, CSV, Markdown, plain text"
)

HEAD_BYTES = 65_536
"""Bytes at the start that are examined."""
OFFICE_MEMBERS = {
    "word/document.xml": DOCX,
    "xl/workbook.xml": XLSX,
    "ppt/presentation.xml": PPTX,
}
PDF_MARK = b"%PDF-"
MAX_PDF_MARK_OFFSET = 1024
"""Readers accept this many bytes of junk before the mark (ISO 32000-1, implementation note 13)."""
RTF_MARK = b"{\\rtf"
"""RTF is excluded: read as plain text it would be mostly control words."""
OLE_ENTRIES = {
    "EncryptedPackage": "encrypted",
    "WordDocument": "old",
    "Workbook": "old",
    "PowerPoint Document": "old",
    "__properties_version1.0": "message",
}
"""Names of directory entries, and the kind of container that has them."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXT_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NOT_IN_TEXT = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
# Possessive quantifiers: a sequence of comments must not cause backtracking.
HTML_START = re.compile(
    rb"\s*+(?:<!--(?>.*?-->)\s*+)*+<(?:!doctype html|html|head|body)\b", re.I | re.S
)
MAIL_FIELD = re.compile(rb"[!-9;-~]{1,80}")
"""The name of a header field of a message (RFC 5322, 2.2)."""
MAIL_FIELDS = frozenset(
    {b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"received"}
)
MIN_MAIL_FIELDS = 3
"""A text with this many of these fields is a message; with the extension .eml one is enough."""
HTML_TAG = re.compile(rb"<[a-z][a-z0-9]*[\s>]", re.I)


def short_name(media_type: str) -> str:
    """Return the usual short name of a media type: "pdf", "docx", "jpg"."""
    found = (extension for extension, type_ in EXTENSIONS.items() if type_ == media_type)
    return next(found, ".file").removeprefix(".")


def detect(stream: IO[bytes], extension: str) -> str | None:
    """Return the media type of the content, or None if it is not supported.

    `extension` decides between kinds of text only: no content proves that a text is Markdown.
    Raises a `DocumentError` for a ZIP container that is damaged or unpacks to a disproportionate
    size.
    """
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    if head.lstrip().startswith(PDF_MARK):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _office(stream)
    if _is_text(head) and not head.startswith(RTF_MARK):
        return _kind_of_text(head, extension)
    return _image(head) or (PDF if PDF_MARK in head[:MAX_PDF_MARK_OFFSET] else None)


def contradicts(media_type: str, extension: str) -> bool:
    """Whether the extension stands for another supported type than the content has."""
    claimed = EXTENSIONS.get(extension)
    return claimed is not None and claimed != media_type


def ole_kind(stream: IO[bytes]) -> str:
    """Return what an OLE container holds, by the names in its directory ([MS-CFB], 2.2 and 2.6).

    "encrypted", "old", "message", or "" for any other file.
    """
    stream.seek(0)
    header = stream.read(512)
    if not header.startswith(OLE) or len(header) < 512:
        return ""
    sector, shift = int.from_bytes(header[48:52], "little"), header[30]
    stream.seek((sector + 1) << min(shift, 12))
    directory = stream.read(HEAD_BYTES)
    found = (kind for name, kind in OLE_ENTRIES.items() if name.encode("utf-16-le") in directory)
    return next(found, "")


def hint(stream: IO[bytes]) -> str:
    """Describe the apparent type of an unsupported file in a few words; "" if unknown."""
    import puremagic

    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    if head.startswith(OLE):
        return "an old or a password-protected Office file"
    try:
        return str(puremagic.magic_string(head)[0].name)
    except (puremagic.PureError, ValueError):
        return ""


def _office(stream: IO[bytes]) -> str | None:
    with archives.open_archive(stream) as archive:
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
    if _mail_fields(head) >= (1 if claimed == EML else MIN_MAIL_FIELDS):
        return EML
    if HTML_START.match(head.removeprefix(codecs.BOM_UTF8)):
        return HTML
    if claimed == HTML and HTML_TAG.search(head):
        return HTML
    return CSV if claimed == CSV else TEXT


def _mail_fields(head: bytes) -> int:
    """Count the known header fields of a message; 0 if the text does not start with a header."""
    found: set[bytes] = set()
    for line in head.splitlines():
        if found and line.startswith((b" ", b"\t")):  # continuation line
            continue
        name, colon, _ = line.partition(b":")
        if not colon or not MAIL_FIELD.fullmatch(name):
            return 0 if line.strip() else len(found & MAIL_FIELDS)
        found.add(name.lower())
    return len(found & MAIL_FIELDS)
