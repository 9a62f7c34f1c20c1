"""Regenerates the sample files from `samples/sources`: `python samples/make.py`.

`minutes.html` and `sales.csv` are written by hand.

The samples tell one story, the refurbishment of a bridge. All companies, people and places are
invented.
"""

import random
from io import BytesIO
from pathlib import Path

import docx
import typst
from PIL import ExifTags, Image, ImageChops, ImageDraw, ImageFilter

SAMPLES = Path(__file__).parent
SOURCES = SAMPLES / "sources"

SCAN_DOTS_PER_INCH = 170
SCAN_TILT = 0.9
"""Degrees; a scanned sheet is never quite straight."""
SCAN_GREYS = 16
"""Evenly spread shades, which make the file small."""
PHOTO_SIZE = (1280, 854)


def main() -> None:
    """Write the samples next to this file."""
    (SAMPLES / "invoice.pdf").write_bytes(typst.compile(str(SOURCES / "invoice.typ")))
    contract().save(str(SAMPLES / "contract.docx"))
    scan().save(SAMPLES / "delivery-note-scan.png", optimize=True)
    photo().save(SAMPLES / "site-photo.jpg", quality=82, exif=photo_metadata())


def contract() -> "docx.document.Document":
    """Create the contract: `#` starts a heading, `|` a table row."""
    document = docx.Document()
    rows: list[list[str]] = []
    for line in (SOURCES / "contract.txt").read_text("utf-8").splitlines():
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
            continue
        if rows:
            add_table(document, rows)
            rows = []
        if line.startswith("# "):
            document.add_heading(line[2:], level=2 if line[2].isdigit() else 0)
        else:
            document.add_paragraph(line)
    return document


def add_table(document: "docx.document.Document", rows: list[list[str]]) -> None:
    """Add a table with the first row as its header."""
    table = document.add_table(len(rows), len(rows[0]), style="Light Grid Accent 1")
    for cells, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text


def scan() -> Image.Image:
    """Make a scan: a page printed, laid on the glass a little askew, with dust and uneven light."""
    printed = typst.compile(
        str(SOURCES / "delivery-note.typ"), format="png", ppi=SCAN_DOTS_PER_INCH
    )
    page = Image.open(BytesIO(printed)).convert("L")
    page = page.rotate(SCAN_TILT, Image.Resampling.BICUBIC, expand=True, fillcolor=236)
    page = page.filter(ImageFilter.GaussianBlur(0.7))
    light = Image.linear_gradient("L").resize(page.size).point(lambda grey: 222 + grey // 9)
    page = ImageChops.multiply(page, light)
    add_dust(page)
    shades = Image.new("P", (1, 1))
    steps = range(0, 256, 255 // (SCAN_GREYS - 1))
    shades.putpalette([grey for step in steps for grey in (step, step, step)])
    return page.convert("RGB").quantize(SCAN_GREYS, palette=shades, dither=Image.Dither.NONE)


def add_dust(page: Image.Image) -> None:
    """Put specks and one hair on a page, the same ones each time."""
    chance = random.Random(7)
    draw = ImageDraw.Draw(page)
    for _ in range(900):
        x, y = chance.randrange(page.width), chance.randrange(page.height)
        size = chance.choice((0, 0, 0, 1))
        draw.ellipse((x, y, x + size, y + size), fill=chance.randrange(60, 200))
    draw.arc((page.width - 160, 40, page.width - 60, 150), 20, 130, fill=120)


def photo() -> Image.Image:
    """Draw the bridge at dusk with its scaffold, grainy as from a telephone."""
    width, height = PHOTO_SIZE
    picture = Image.new("RGB", PHOTO_SIZE)
    draw = ImageDraw.Draw(picture)
    horizon = int(height * 0.62)
    for y in range(height):
        depth = y / horizon if y < horizon else (y - horizon) / (height - horizon)
        sky = (int(70 + 170 * depth), int(110 + 80 * depth), int(165 + 5 * depth))
        water = (int(92 - 60 * depth), int(112 - 62 * depth), int(128 - 58 * depth))
        draw.line((0, y, width, y), fill=sky if y < horizon else water)
    draw_hills(draw, horizon)
    draw_bridge(draw, horizon)
    draw_scaffold(draw, horizon)
    grain = Image.effect_noise(PHOTO_SIZE, 26).convert("RGB")
    return Image.blend(picture.filter(ImageFilter.GaussianBlur(0.9)), grain, 0.07)


def draw_hills(draw: ImageDraw.ImageDraw, horizon: int) -> None:
    """Draw the far shore."""
    for left, top, right, shade in (
        (-200, 430, 520, 78),
        (300, 455, 1000, 88),
        (800, 420, 1500, 72),
    ):
        draw.ellipse((left, top, right, top + 320), fill=(shade, shade + 10, shade + 14))
    draw.rectangle((0, horizon, PHOTO_SIZE[0], PHOTO_SIZE[1]), fill=(62, 84, 100))
    for y in range(horizon + 4, PHOTO_SIZE[1], 9):
        for x in range((y * 37) % 60, PHOTO_SIZE[0], 90):
            draw.line((x, y, x + 34, y), fill=(92, 112, 126), width=2)


def draw_bridge(draw: ImageDraw.ImageDraw, horizon: int) -> None:
    """Draw deck, towers, cables and hangers."""
    steel, deck = (52, 46, 50), horizon - 70
    draw.rectangle((0, deck, PHOTO_SIZE[0], deck + 20), fill=steel)
    for tower in (330, 950):
        draw.rectangle((tower - 16, deck - 250, tower + 16, horizon + 60), fill=steel)
        draw.rectangle((tower - 34, horizon + 20, tower + 34, horizon + 90), fill=(84, 78, 74))
    for x in range(-290, PHOTO_SIZE[0] + 300, 20):
        nearest = min((330, 950), key=lambda tower: abs(tower - x))
        sag = deck - 240 + int(230 * min(1.0, abs(x - nearest) / 310) ** 0.85)
        draw.line((x, sag, x, deck), fill=(70, 62, 64), width=2)
        draw.ellipse((x - 3, sag - 3, x + 3, sag + 3), fill=steel)


def draw_scaffold(draw: ImageDraw.ImageDraw, horizon: int) -> None:
    """Draw the scaffold under span 2 with its netting."""
    top, bottom = horizon - 48, horizon + 70
    draw.rectangle((470, top, 760, bottom), fill=(68, 104, 92))
    for x in range(470, 761, 29):
        draw.line((x, top - 20, x, bottom), fill=(186, 186, 176), width=3)
    for y in range(top, bottom + 1, 24):
        draw.line((470, y, 760, y), fill=(186, 186, 176), width=3)
    draw.rectangle((590, top - 66, 650, top - 22), fill=(204, 150, 44))


def photo_metadata() -> Image.Exif:
    """Give the EXIF data of a telephone's photo: camera, time, place."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Samphone"
    exif[ExifTags.Base.Model] = "S2"
    exif[ExifTags.Base.DateTime] = "2025:06:24 20:41:07"
    exif[ExifTags.Base.ImageDescription] = "Harbour Bridge, span 2, scaffold"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", (48.0, 30.0, 0.0)
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "W", (15.0, 0.0, 0.0)
    return exif


if __name__ == "__main__":
    main()
