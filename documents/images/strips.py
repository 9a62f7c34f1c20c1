"""Processes large images in strips, so that no second copy of their size is in memory."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from jobs.ai.images import grey16

if TYPE_CHECKING:
    from PIL.Image import Image

STRIP_PIXELS = 1_000_000


def reduce_image(
    image: "Image", factor: int, mode: str, convert: "Callable[[Image], Image]"
) -> "Image":
    """Reduce by a whole factor (1 keeps the size); `convert` brings a strip into `mode`.

    Pillow converts an image as a whole, and needs two more copies to reduce one with transparency:
    700 MB for 60 million pixels.
    """
    from PIL import Image

    image.load()
    bits = grey16.bits_per_pixel(image)
    rows = factor * max(1, STRIP_PIXELS // (image.width * factor))
    made = Image.new(mode, (-(-image.width // factor), -(-image.height // factor)))
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        made.paste(convert(grey16.to_8_bit(strip, bits)).reduce(factor), (0, top // factor))
    return made


def on_white(strip: "Image") -> "Image":
    """Put an image on a white background if it has transparency."""
    from PIL import Image

    if not strip.has_transparency_data:
        return strip
    paper = Image.new("RGBA", strip.size, "white")
    return Image.alpha_composite(paper, strip.convert("RGBA"))


def apply_orientation(picture: "Image", orientation: int) -> "Image":
    """Rotate an image by its EXIF orientation, 1 to 8 (Exif 2.3, 4.6.4)."""
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
    """Return the EXIF orientation; 1 (upright) if there is none or it cannot be read."""
    from PIL.ExifTags import Base

    try:
        return int(image.getexif().get(Base.Orientation, 1))
    except Exception:
        return 1
