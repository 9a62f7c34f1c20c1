"""Large pictures, a strip at a time: beside the picture itself nothing of its size is in memory."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from jobs.ai.images import grey16

if TYPE_CHECKING:
    from PIL.Image import Image

STRIP = 1_000_000
"""Pixels of a strip."""


def reduced(image: "Image", factor: int, mode: str, convert: "Callable[[Image], Image]") -> "Image":
    """Scale down by a whole factor (1 keeps the size); `convert` makes a strip one of `mode`.

    Pillow converts a picture as a whole, and reduces one with transparency only by way of two more
    of its size: 700 MB for 60 million pixels.
    """
    from PIL import Image

    image.load()
    bits = grey16.bits_per_pixel(image)
    rows = factor * max(1, STRIP // (image.width * factor))
    made = Image.new(mode, (-(-image.width // factor), -(-image.height // factor)))
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        made.paste(convert(grey16.to_8_bit(strip, bits)).reduce(factor), (0, top // factor))
    return made


def on_white(strip: "Image") -> "Image":
    """Put a picture that may be transparent on white paper."""
    from PIL import Image

    if not strip.has_transparency_data:
        return strip
    paper = Image.new("RGBA", strip.size, "white")
    return Image.alpha_composite(paper, strip.convert("RGBA"))


def turned(picture: "Image", orientation: int) -> "Image":
    """Turn a picture as the EXIF orientation of its photo says, 1 to 8 (Exif 2.3, 4.6.4)."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return picture.transpose(turns[orientation]) if orientation in turns else picture


def orientation_of(image: "Image") -> int:
    """Give the EXIF orientation; 1, upright, where there is none that can be read."""
    from PIL.ExifTags import Base

    try:
        return int(image.getexif().get(Base.Orientation, 1))
    except Exception:
        return 1
