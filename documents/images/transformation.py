"""Transforms an image: rotation, metadata, size, colours and format."""

import io
import math
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from documents.errors import NeedsTooMuchMemory, TooManyPixels
from documents.images import loader, strips

if TYPE_CHECKING:
    from PIL.Image import Image

GREY = frozenset({"1", "L", "I;16", "I;16B", "I", "F"})
MAX_SIDE_PIXELS = {"WEBP": 16_383, "JPEG": 65_535}
"""Longest side that a format allows."""
MIN_REDUCTION_MARGIN = 2
"""An image is reduced by whole factors to at least this multiple of the target size, then
resampled."""


@dataclass(frozen=True, kw_only=True)
class Transformation:
    """What to make of an image."""

    pixels: int
    """Maximum number of pixels of the source."""
    format: str
    """`JPEG`, `PNG` or `WEBP`."""
    quality: int
    """1 to 100; ignored for PNG."""
    orient: bool
    """Rotate upright, by the EXIF orientation."""
    strip: bool
    """Remove the metadata: camera, time and place."""
    width: int | None = None
    """Of the box to fit in, in pixels; images are never enlarged."""
    height: int | None = None


def transform(source: IO[bytes], target: IO[bytes], order: Transformation) -> dict[str, int]:
    """Write the transformed image; return its size and the number of frames of the source.

    Colours are converted to sRGB from any profile. Transparent pixels become white in a JPEG.
    Raises `TooManyPixels`, `NeedsTooMuchMemory` or `UnreadableDocument`.
    """
    with loader.open_image(source, order.pixels) as image:
        frames = int(getattr(image, "n_frames", 1))
        orientation = strips.orientation_of(image) if order.orient else 1
        exif = b"" if order.strip else _exif(image, upright=order.orient)
        picture = _resize(image, order, lying=orientation > 4)
        if picture is not image:
            image.close()
        picture = strips.apply_orientation(picture, orientation)
        _check_sides(picture, order.format)
        target.seek(0)
        target.truncate()
        options = {} if order.format == "PNG" else {"quality": order.quality}
        try:
            picture.save(target, order.format, exif=exif, icc_profile=None, **options)
        except (
            OSError,
            ValueError,
        ) as error:  # the pixels are decoded: the encoder ran out of memory
            raise NeedsTooMuchMemory(
                f"Writing {picture.width:,} x {picture.height:,} pixels as {order.format} takes "
                "too much memory. Resize the image."
            ) from error
        target.flush()
        return {"width": picture.width, "height": picture.height, "frames": frames}


def _resize(image: "Image", order: Transformation, *, lying: bool) -> "Image":
    """Return the image in the target size, mode and colours, not yet rotated."""
    from PIL.Image import Resampling

    size = _fit(image.width, image.height, order, lying=lying)
    image.draft(
        None, (MIN_REDUCTION_MARGIN * size[0], MIN_REDUCTION_MARGIN * size[1])
    )  # JPEG only: decode at a smaller size
    mode = _mode(image, order.format)
    convert = _Colours(image, mode)
    factor = max(1, min(image.width // size[0], image.height // size[1]) // MIN_REDUCTION_MARGIN)
    if factor == 1 and image.mode == mode and not convert.profile:
        picture = image
        picture.load()  # an image that is not loaded is copied on saving
    else:
        picture = strips.reduce_image(image, factor, mode, convert)
    if picture.size == size:
        return picture
    return picture.resize(size, Resampling.LANCZOS)


def _fit(width: int, height: int, order: Transformation, *, lying: bool) -> tuple[int, int]:
    box = (order.width or math.inf, order.height or math.inf)
    across, down = reversed(box) if lying else box
    scale = min(1.0, across / width, down / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _mode(image: "Image", format: str) -> str:
    if image.has_transparency_data and format != "JPEG":
        return "RGBA"
    return "L" if image.mode in GREY and not image.has_transparency_data else "RGB"


class _Colours:
    """Converts a strip to sRGB, and puts it on white if the target has no transparency."""

    def __init__(self, image: "Image", mode: str) -> None:
        self.mode = mode
        self.profile: Any = _profile(image) if mode != "L" else None

    def __call__(self, strip: "Image") -> "Image":
        if self.mode == "RGB":
            strip = strips.on_white(strip)
        if self.profile is None or strip.mode not in ("RGB", "RGBA", "CMYK"):
            return strip.convert(self.mode)
        return self._in_srgb(strip)

    def _in_srgb(self, strip: "Image") -> "Image":
        from PIL import ImageCms

        alpha = strip.getchannel("A") if strip.mode == "RGBA" else None
        colours = strip.convert("RGB") if alpha is not None else strip
        srgb = ImageCms.createProfile("sRGB")
        try:
            made = ImageCms.profileToProfile(colours, self.profile, srgb, outputMode="RGB")
        except ImageCms.PyCMSError:  # the profile does not match the image's mode
            made = colours.convert("RGB")
        if made is None:
            made = colours
        if alpha is not None and self.mode == "RGBA":
            made.putalpha(alpha)
        return made


def _profile(image: "Image") -> Any:
    from PIL import ImageCms

    kept = image.info.get("icc_profile")
    try:
        return ImageCms.getOpenProfile(io.BytesIO(kept)) if kept else None
    except (ImageCms.PyCMSError, OSError):  # damaged profile: keep the colours unchanged
        return None


def _exif(image: "Image", *, upright: bool) -> bytes:
    from PIL.ExifTags import Base

    exif = image.getexif()
    if upright and Base.Orientation in exif:
        exif[Base.Orientation] = 1
    return exif.tobytes() if exif else b""


def _check_sides(picture: "Image", format: str) -> None:
    longest = MAX_SIDE_PIXELS.get(format, math.inf)
    if max(picture.size) > longest:
        raise TooManyPixels(
            f"A {format} has at most {longest:,} pixels per side, not {max(picture.size):,}. "
            "Resize the image, or choose another format."
        )
