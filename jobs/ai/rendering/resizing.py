"""Resizes an image for a page, in the sandbox process. The result has no metadata."""

import io
import warnings
from typing import IO, TYPE_CHECKING

from jobs.ai.images import grey16
from jobs.ai.rendering.document import RenderedImage
from jobs.ai.rendering.errors import RenderingFailed

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_SIDE_PIXELS = 1600
"""Maximum width and height: 250 dots per inch at the width of a page."""
PAGE_WIDTH_PIXELS = 640
"""Width of a page between its margins, in pixels of 1/96 inch."""


def resize(stream: IO[bytes], pixels: int) -> RenderedImage:
    """Resize an image of at most `pixels` for a page. Raises `RenderingFailed`."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our limit is lower
            with Image.open(stream) as image:
                return _resize_image(image, pixels)
    except Image.DecompressionBombError as error:
        raise RenderingFailed("The image has too many pixels.") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise RenderingFailed("The image is damaged.") from error


def _resize_image(image: "Image", pixels: int) -> RenderedImage:
    from PIL import ImageOps

    if image.width * image.height > pixels:
        raise RenderingFailed("The image has too many pixels.")
    opaque = not image.has_transparency_data
    is_drawing = image.format in ("PNG", "GIF", "BMP") and image.mode in (
        "1",
        "P",
        "L",
        "RGBA",
        "LA",
    )
    image.draft("RGB", (MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
    upright = grey16.to_8_bit(ImageOps.exif_transpose(image), grey16.bits_per_pixel(image))
    upright.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
    content = io.BytesIO()
    if opaque and not is_drawing:
        upright.convert("RGB").save(content, "JPEG", quality=85)
    else:
        upright.convert("RGB" if opaque else "RGBA").save(content, "PNG", optimize=True)
    factor = min(1.0, PAGE_WIDTH_PIXELS / upright.width)
    return RenderedImage(
        content=content.getvalue(),
        media_type="image/jpeg" if opaque and not is_drawing else "image/png",
        width=max(1, round(upright.width * factor)),
        height=max(1, round(upright.height * factor)),
    )
