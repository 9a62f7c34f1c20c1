"""Opens an image. Only the header is read before the limits hold."""

import warnings
from typing import IO, TYPE_CHECKING

from documents.errors import TooManyPixels, Unreadable

if TYPE_CHECKING:
    from PIL.Image import Image


def opened(stream: IO[bytes], max_pixels: int) -> "Image":
    """Open an image. Raises `TooManyPixels` or `Unreadable`."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = max_pixels  # some formats are decoded when they are opened
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            # Pillow itself refuses from twice the limit on, and warns before; we refuse below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(stream)
    except Image.DecompressionBombError as error:
        raise TooManyPixels(_too_many(max_pixels)) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Unreadable("The image is damaged and cannot be opened.") from error
    check_pixels(image, max_pixels)
    return image


def check_pixels(image: "Image", max_pixels: int) -> None:
    """Raise `TooManyPixels` where the frame at hand has too many."""
    if image.width * image.height > max_pixels:
        raise TooManyPixels(_too_many(max_pixels, f" ({image.width:,} x {image.height:,})"))


def _too_many(limit: int, size: str = "") -> str:
    return f"The image has more than {limit:,} pixels{size}. Scale it down and upload it again."
