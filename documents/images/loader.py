"""Opens images. Only the header is read before the limits are checked."""

import warnings
from typing import IO, TYPE_CHECKING

from documents.errors import TooManyPixels, UnreadableDocument

if TYPE_CHECKING:
    from PIL.Image import Image

WEBP_MEMORY_FACTOR = 4
"""Decoding a WebP takes the memory of this many images of its size; other formats take one."""


def open_image(stream: IO[bytes], max_pixels: int) -> "Image":
    """Open an image. Raises `TooManyPixels` or `UnreadableDocument`."""
    from PIL import Image, UnidentifiedImageError

    stream.seek(0)
    allowed = max_pixels // WEBP_MEMORY_FACTOR if stream.read(12)[8:] == b"WEBP" else max_pixels
    # Pillow warns above this value, and from twice this value refuses before decoding.
    Image.MAX_IMAGE_PIXELS = max(1, allowed // 2)
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(stream)
    except Image.DecompressionBombError as error:
        raise TooManyPixels(_too_many("The image", allowed)) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise UnreadableDocument("The image is damaged and cannot be opened.") from error
    check_pixels(image, allowed)
    _check_progressive(image, allowed)
    return image


def check_pixels(image: "Image", allowed: int) -> None:
    """Raise `TooManyPixels` if the current frame has too many pixels."""
    if image.width * image.height > allowed:
        size = f"An image of {image.width:,} x {image.height:,}"
        raise TooManyPixels(_too_many(size, allowed))


def _check_progressive(image: "Image", allowed: int) -> None:
    """Reject a progressive JPEG whose coefficients would take too much memory.

    They take two bytes each and are all kept during decoding. The limit is the memory of the pixels
    of any other image, four bytes each.
    """
    if "progressive" not in image.info:
        return
    layers = [(across, down) for _, across, down, _ in getattr(image, "layer", [])]
    largest = max((across * down for across, down in layers), default=1)
    share = sum(across * down for across, down in layers) / largest
    if 2 * share * image.width * image.height > 4 * allowed:
        raise TooManyPixels(_too_many("This progressive JPEG", round(2 * allowed / share)))


def _too_many(what: str, allowed: int) -> str:
    return f"{what} has more than {allowed:,} pixels. Scale it down and upload it again."
