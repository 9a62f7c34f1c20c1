"""Grey of 12 or 16 bits a dot, as some scanners write it, in the 8 bits that is worked with."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

DEEP = "I;16"
"""Pillow's modes of such pictures begin so; the rest is the order of their bytes."""
WHOLE = 16
"""Bits a dot; of the formats that are opened, only a TIFF can have fewer in these modes: 12."""
STRIP = 1_000_000
"""Pixels that are brought to 8 bits at once: they take ten bytes each on the way."""


def bits_of(image: "Image") -> int:
    """Give the bits a dot of the grey of an opened picture, which its copies no longer know."""
    from PIL.TiffImagePlugin import BITSPERSAMPLE

    tags = getattr(image, "tag_v2", {})
    return int(tags.get(BITSPERSAMPLE, (WHOLE,))[0])


def in_bytes(image: "Image", bits: int) -> "Image":
    """Give a picture of so many bits, more than 8, in 8, without its metadata; any other as it is.

    Pillow converts by cutting off at 255, which makes all but the darkest of 65,536 shades white.
    """
    if not image.mode.startswith(DEEP):
        return image
    from PIL import Image

    made = Image.new("L", image.size)
    step = 2 ** (bits - 8)
    rows = max(1, STRIP // image.width)
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        made.paste(strip.convert("I").point(lambda shade: shade / step).convert("L"), (0, top))
    return made
