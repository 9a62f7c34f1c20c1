"""Grey pictures of 16 or 12 bits per pixel keep their shades in every conversion."""

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from documents.images import transformation
from jobs.ai.images import downscaling, grey16
from jobs.ai.rendering import resizing
from tests.documents import made
from tests.documents.extracted import only

WIDE, HIGH = 1500, 1000  # more than one strip
DARK, BRIGHT = 60, 190
PIXELS = 60_000_000


@pytest.fixture(autouse=True)
def any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let go of the limit that a test before this one may have set for the process."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", PIXELS)


def halves(mode: str) -> Image.Image:
    """Make a picture of 16 bits whose left half is dark and whose right half is bright."""
    picture = Image.new(mode, (WIDE, HIGH), DARK * 257)
    picture.paste(BRIGHT * 257, (WIDE // 2, 0, WIDE, HIGH))
    return picture


def of_twelve_bits(picture: Image.Image) -> bytes:
    """Make a TIFF of 12 bits a dot, which Pillow reads but does not write, of an even width."""
    packed = bytes.fromhex("".join(f"{grey << 4 | grey >> 4:03x}" for grey in picture.tobytes()))
    wide = Image.frombytes("L", (picture.width * 3 // 2, picture.height), packed)
    written = made.saved(wide, "TIFF")
    for tag, kind, old, new in ((256, 4, wide.width, picture.width), (258, 3, 8, 12)):
        entry = struct.pack("<HHII", tag, kind, 1, old)
        assert entry in written
        written = written.replace(entry, struct.pack("<HHII", tag, kind, 1, new))
    return written


def tiff(bits: int) -> bytes:
    deep = halves("I;16")
    return of_twelve_bits(grey16.to_8_bit(deep, 16)) if bits == 12 else made.saved(deep, "TIFF")


def shades_of(content: bytes) -> list[Any]:
    grey = Image.open(io.BytesIO(content)).convert("L")
    return [grey.getpixel((grey.width * part // 4, grey.height - 1)) for part in (1, 3)]


def is_kept(seen: list[Any]) -> bool:
    return all(abs(one - other) < 4 for one, other in zip(seen, (DARK, BRIGHT), strict=True))


@pytest.mark.parametrize("mode", ["I;16", "I;16B"])
def test_both_byte_orders_keep_the_shades(mode: str) -> None:
    assert is_kept(shades_of(made.saved(grey16.to_8_bit(halves(mode), 16))))


@pytest.mark.parametrize("bits", [16, 12])
def test_a_processed_picture_keeps_its_shades(bits: int) -> None:
    target = io.BytesIO()
    order = transformation.Transformation(
        pixels=PIXELS, format="PNG", quality=85, orient=True, strip=True, width=100
    )
    transformation.transform(io.BytesIO(tiff(bits)), target, order)
    assert is_kept(shades_of(target.getvalue()))


@pytest.mark.parametrize("bits", [16, 12])
def test_pictures_for_models_and_papers_keep_their_shades(bits: int, tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    path.write_bytes(tiff(bits))
    with path.open("rb") as stream:
        assert is_kept(shades_of(downscaling.downscale(stream, path.name).content))
        stream.seek(0)
        assert is_kept(shades_of(resizing.resize(stream, PIXELS).content))


def test_ocr_reads_a_16_bit_scan() -> None:
    deep = made.picture().convert("L").convert("I").point(lambda shade: shade * 257)
    assert "progress in the month" in only(made.saved(deep.convert("I;16")), "scan.png").text
