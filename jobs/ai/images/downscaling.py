"""Downscaling of images for a language model: small, upright, without metadata."""

import tempfile
import warnings
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings

from jobs.ai.images import grey16
from jobs.ai.llm.conversation import PromptImage
from jobs.ai.sandbox import process, runtime
from jobs.ai.sandbox.errors import SandboxError
from jobs.errors import InvalidInput

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_SIDE_PIXELS = 1024
"""Models downscale larger images themselves, and charge for the full size."""
JPEG_QUALITY = 80
JPEG = "image/jpeg"


def downscale(stream: IO[bytes], name: str) -> PromptImage:
    """Return an image as an upright JPEG without metadata, at most `MAX_SIDE_PIXELS` a side.

    Takes the first frame of an animation and the first page of a file with several. Raises
    `InvalidInput`, with `name` in the message, if the file is damaged, has more than
    DOCUMENT_MAX_PIXELS pixels, or takes too much memory or time.
    """
    memory = settings.DOCUMENT_READER_MEMORY
    with tempfile.TemporaryFile() as target:
        try:
            with process.start_process(
                "jobs.ai.images.downscaling", stream, target, memory_bytes=memory
            ) as sandbox:
                sandbox.request(settings.DOCUMENT_MAX_PIXELS)
        except SandboxError as error:
            raise InvalidInput(f"{name}: {error.message} Scale it down.") from error
        target.seek(0)
        return PromptImage(media_type=JPEG, content=target.read())


def _handle_requests(files: list[IO[bytes]], requests: Iterator[Any]) -> Iterator[Any]:
    """Downscale the first file into the second. A request is the maximum number of pixels."""
    from PIL import Image

    source, target = files
    for max_pixels in requests:
        # Pillow only warns, from 89 million pixels on; this limit is lower and raises
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(source) as image:
            if image.width * image.height > max_pixels:
                raise InvalidInput(f"It has more than {max_pixels:,} pixels.")
            _downscale_image(image).save(target, "JPEG", quality=JPEG_QUALITY)
        target.flush()
        yield None


def _map_error(error: Exception) -> InvalidInput:
    if isinstance(error, InvalidInput):
        return error
    if isinstance(error, MemoryError):
        return InvalidInput("It takes more memory than an image may use.")
    return InvalidInput("It is damaged, or its decoder ran out of memory.")


def _downscale_image(image: "Image") -> "Image":
    from PIL import Image, ImageOps

    # Downscale before any other step: a large image takes hundreds of megabytes otherwise. Only
    # palette and black-and-white images are converted first: their pixels cannot be averaged.
    image.draft("RGB", (MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
    if image.mode in ("1", "P"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.mode.startswith(grey16.MODE_PREFIX):
        image = grey16.to_8_bit(ImageOps.exif_transpose(image), grey16.bits_per_pixel(image))
    image.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
    upright = ImageOps.exif_transpose(image)
    if upright.has_transparency_data:
        background = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(background, upright.convert("RGBA"))
    # copy the pixels only: no EXIF, colour profile, comment or text
    clean = Image.new("RGB", upright.size)
    clean.paste(upright.convert("RGB"))
    return clean


if __name__ == "__main__":
    runtime.serve(_handle_requests, _map_error)
