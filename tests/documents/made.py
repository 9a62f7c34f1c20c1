"""Files for the tests, valid and broken."""

import io
import struct
import zipfile
import zlib
from functools import cache

import docx
import openpyxl
import typst
from PIL import Image

WORDS = "Harbour Bridge refurbishment, progress in the month of May"
MINIMAL_DOCX = (
    b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'/>"
)


def pdf(*pages: str) -> bytes:
    """Make a PDF with a text layer."""
    return bytes(typst.compile("\n#pagebreak()\n".join(pages or [WORDS]).encode()))


def picture(text: str = WORDS) -> Image.Image:
    """Make a scanned image of a printed page."""
    source = f"#set page(width: 16cm, height: 6cm)\n#set text(size: 14pt)\n{text}"
    return Image.open(io.BytesIO(typst.compile(source.encode(), format="png", ppi=200)))


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Save a picture to bytes."""
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def scanned_pdf(text: str = WORDS) -> bytes:
    """Make a PDF whose only page is a picture."""
    return saved(picture(text).convert("RGB"), "PDF", resolution=200)


def raw_pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Make a PDF of objects as they are written; the first is its catalog."""
    body, offsets = [b"%PDF-1.4\n"], []
    place = len(body[0])
    for number, content in enumerate(objects, start=1):
        offsets.append(place)
        body.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        place += len(body[-1])
    size = len(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (size, trailer, place)
    return b"".join([*body, b"xref\n0 %d\n0000000000 65535 f \n" % size, table, end])


def locked_pdf() -> bytes:
    """Make a password-protected PDF."""
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
        b"<</Filter/Standard/V 1/R 2/P -44/O<" + b"ab" * 32 + b">/U<" + b"cd" * 32 + b">>>",
        trailer=b"/Encrypt 4 0 R/ID[<aa><aa>]",
    )


def word(*paragraphs: str, table: list[list[str]] | None = None) -> bytes:
    """Make a DOCX."""
    document = docx.Document()
    for paragraph in paragraphs or [WORDS]:
        document.add_paragraph(paragraph)
    if table:
        added = document.add_table(len(table), len(table[0]))
        for cells, row in zip(added.rows, table, strict=True):
            for cell, text in zip(cells.cells, row, strict=True):
                cell.text = text
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def workbook(**sheets: list[list[object]]) -> bytes:
    """Make an XLSX."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


@cache
def docx_bomb() -> bytes:
    """Make a DOCX of 900 KB that unpacks to 200 MB; a smaller one takes longer to make."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", MINIMAL_DOCX + b" " * 200_000_000)
    return target.getvalue()


@cache
def huge_png() -> bytes:
    """Make a PNG of 500 KB with 900 million pixels, line by line: Pillow would take seconds."""
    width = height = 30_000
    line = b"\0" + bytes(width // 8)  # no filter, one bit per pixel
    compressor = zlib.compressobj(level=1)
    pixels = b"".join(compressor.compress(line) for _ in range(height)) + compressor.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def replaced(content: bytes, member: str, part: bytes) -> bytes:
    """Replace or add a part of an office file."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, part if name == member else source.read(name))
    return target.getvalue()
