"""Files crafted to attack their reader."""

import struct
import zlib

from PIL import Image

from tests.documents import made

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
ONE_PAGE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Make a compressed stream of a PDF."""
    packed = zlib.compress(content)
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (
        entries,
        len(packed),
        packed,
    )


def page(content: int, resources: bytes = b"") -> bytes:
    """Make a page whose content is the object of this number."""
    return b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R/Resources<<%s>>>>" % (
        content,
        resources,
    )


def endless_pdf(pages: int = 10_000) -> bytes:
    """Make a PDF of many pages."""
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(pages))
    tree = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages)
    blank = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"
    return made.raw_pdf(CATALOG, tree, *[blank] * pages)


def looped_pdf() -> bytes:
    """Make a PDF whose page tree contains itself."""
    return made.raw_pdf(CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 400/Parent 2 0 R>>")


def nested_pdf(depth: int = 100_000) -> bytes:
    """Make a PDF with deeply nested arrays."""
    deep = b"[" * depth + b"]" * depth
    return made.raw_pdf(CATALOG, ONE_PAGE, page(4, b"/X " + deep), stream(b"q " * depth))


def laughing_pdf(depth: int = 25) -> bytes:
    """Make a PDF whose page draws a form ten times, which draws one ten times, and so on."""
    forms = [
        stream(
            b"/X Do " * 10,
            b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>"
            % (number + 6),
        )
        for number in range(depth)
    ]
    last = stream(b"BT ET", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    return made.raw_pdf(
        CATALOG, ONE_PAGE, page(4, b"/XObject<</X 5 0 R>>"), stream(b"/X Do " * 10), *forms, last
    )


def picture_bomb_pdf(side: int = 12_000) -> bytes:
    """Make a PDF of 150 KB with a picture of 144 million pixels."""
    image = stream(
        b"\0" * (side * side),
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceGray"
        % (side, side),
    )
    return _pdf_of_image(image)


def content_bomb_pdf(size: int = 160_000_000) -> bytes:
    """Make a PDF of 160 KB whose page unpacks to 160 MB."""
    return made.raw_pdf(CATALOG, ONE_PAGE, page(4), stream(b" " * size))


def laughing_docx() -> bytes:
    """Make a DOCX with entities of entities (billion laughs)."""
    steps = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 10))
    part = f'<!DOCTYPE x [<!ENTITY a0 "ha">{steps}]><x>&a9;</x>'
    return made.replaced(made.word(), "word/document.xml", part.encode())


def nested_html(depth: int = 100_000) -> bytes:
    """Make a page of deeply nested elements."""
    return b"<!doctype html><body>" + b"<div>" * depth + b"deep" + b"</div>" * depth


def _pdf_of_image(image: bytes) -> bytes:
    """Make a PDF whose page is an image, given as its object."""
    shown = stream(b"q 600 0 0 800 0 0 cm /X Do Q")
    return made.raw_pdf(CATALOG, ONE_PAGE, page(4, b"/XObject<</X 5 0 R>>"), shown, image)


def _pdf_of_picture(packed: bytes, filter: bytes) -> bytes:
    """Make a PDF whose page is a picture that only its own decoder can tell the size of."""
    image = (
        b"<</Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8"
        b"/ColorSpace/DeviceGray/Filter/%s/Length %d>>stream\n%s\nendstream"
    ) % (filter, len(packed), packed)
    return _pdf_of_image(image)


def jbig2_bomb_pdf() -> bytes:
    """Make a PDF with a JBIG2 picture (ITU-T T.88) of 1.8 billion pixels, all of them filled."""
    side = struct.pack(">II", 60_000, 30_000)
    information = side + struct.pack(">IIBH", 0, 0, 4, 0)
    head = struct.pack(">IBBBI", 0, 48, 0, 1, len(information))
    region = (
        side + struct.pack(">IIB", 0, 0, 0) + b"\x00\x03\xff\xfd\xff\x02\xfe\xfe\xfe" + b"\0" * 99
    )
    body = struct.pack(">IBBBI", 1, 38, 0, 1, len(region))
    return _pdf_of_picture(head + information + body + region, b"JBIG2Decode")


def jpx_bomb_pdf() -> bytes:
    """Make a PDF with a JPEG 2000 image (ITU-T T.800) whose header states 1.8 billion pixels."""
    small = made.saved(Image.new("L", (64, 64)), "JPEG2000", irreversible=False)
    size = struct.pack(">II", 64, 64)
    return _pdf_of_picture(small.replace(size, struct.pack(">II", 60_000, 30_000)), b"JPXDecode")


def hostile_font_pdf() -> bytes:
    """Make a PDF with a font of broken tables, whose lengths point far past its end."""
    table = b"".join(
        name + struct.pack(">III", 0, 40 * place, 0xFFFFFFF0)
        for place, name in enumerate(
            [b"cmap", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp"]
        )
    )
    font = b"\0\1\0\0" + struct.pack(">HHHH", 7, 64, 2, 48) + table + b"\xff" * 4000
    return made.raw_pdf(
        CATALOG,
        ONE_PAGE,
        page(4, b"/Font<</F 5 0 R>>"),
        stream(b"BT /F 40 Tf 50 600 Td <00010002FFFF> Tj ET"),
        b"<</Type/Font/Subtype/TrueType/BaseFont/X/FirstChar 0/LastChar 255/FontDescriptor 6 0 R>>",
        b"<</Type/FontDescriptor/FontName/X/Flags 4/FontFile2 7 0 R>>",
        stream(font, b"/Length1 %d" % len(font)),
    )
