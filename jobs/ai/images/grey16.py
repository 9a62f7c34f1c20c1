"""Conversion of 12-bit and 16-bit grey, which some scanners write, to 8 bits per pixel."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MODE_PREFIX = "I;16"
"""Pillow's modes for such images begin with this; the rest is the byte order."""
DEFAULT_BITS = 16
"""Bits per pixel in these modes. Of the formats that are opened, only TIFF can have 12 instead."""
STRIP_PIXELS = 1_000_000
"""Converted at a time: the conversion takes ten bytes per pixel."""


def bits_per_pixel(image: "Image") -> int:
    """Return the bits per pixel of an opened image of such a mode. Copies lose this information."""
    from PIL.TiffImagePlugin import BITSPERSAMPLE

    tags = getattr(image, "tag_v2", {})
    return int(tags.get(BITSPERSAMPLE, (DEFAULT_BITS,))[0])


def to_8_bit(image: "Image", bits: int) -> "Image":
    """Convert an image of such a mode from `bits` to 8 bits per pixel, without its metadata.

    An image of another mode is returned unchanged. Pillow's own conversion clips at 255, which
    turns all but the darkest of 65,536 shades white.
    """
    if not image.mode.startswith(MODE_PREFIX):
        return image
    from PIL import Image

    converted = Image.new("L", image.size)
    step = 2 ** (bits - 8)
    rows = max(1, STRIP_PIXELS // image.width)
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        converted.paste(strip.convert("I").point(lambda shade: shade / step).convert("L"), (0, top))
    return converted
