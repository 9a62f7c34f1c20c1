"""Grey of 16 bits a dot, as some scanners write it, in the 8 bits that is worked with."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

DEEP = "I;16"
"""Pillow's modes of such pictures begin so; the rest is the order of their bytes."""
STRIP = 1_000_000
"""Pixels that are brought to 8 bits at once: they take ten bytes each on the way."""


def in_bytes(image: "Image") -> "Image":
    """Give a picture of 16 bits in 8, without its metadata; any other as it is.

    Pillow converts by cutting off at 255, which makes all but the darkest of 65,536 shades white.
    """
    if not image.mode.startswith(DEEP):
        return image
    from PIL import Image

    made = Image.new("L", image.size)
    rows = max(1, STRIP // image.width)
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        made.paste(strip.convert("I").point(lambda shade: shade / 256).convert("L"), (0, top))
    return made
