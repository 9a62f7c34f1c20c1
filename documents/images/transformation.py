"""Makes one picture of another: upright, without metadata, smaller, in another format."""

import io
import math
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from documents.errors import NeedsTooMuchMemory, TooManyPixels
from documents.images import loader, strips

if TYPE_CHECKING:
    from PIL.Image import Image

GREY = frozenset({"1", "L", "I;16", "I;16B", "I", "F"})
LONGEST = {"WEBP": 16_383, "JPEG": 65_535}
"""Pixels that a side may have, as the formats limit it."""
GAP = 2
"""A picture is scaled down by whole factors to no less than this times its size, then smoothly."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be made of a picture."""

    pixels: int
    """That it may have."""
    format: str
    """`JPEG`, `PNG` or `WEBP`."""
    quality: int
    """1 to 100, where the format has it."""
    orient: bool
    """Turn it as its camera was held."""
    strip: bool
    """Leave out what is known of camera, time and place."""
    width: int | None = None
    """Of the box that it is made to fit in, in pixels; it is never made larger."""
    height: int | None = None


def make(source: IO[bytes], target: IO[bytes], order: Order) -> dict[str, int]:
    """Write the picture that is ordered; say its size, and how many frames its source has.

    Colours become sRGB, whatever profile they had. What was transparent is white in a JPEG. Raises
    `TooManyPixels`, `NeedsTooMuchMemory` or `Unreadable`.
    """
    with loader.opened(source, order.pixels) as image:
        frames = int(getattr(image, "n_frames", 1))
        orientation = strips.orientation_of(image) if order.orient else 1
        exif = b"" if order.strip else _exif(image, upright=order.orient)
        picture = _sized(image, order, lying=orientation > 4)
        if picture is not image:
            image.close()
        picture = strips.turned(picture, orientation)
        _check_sides(picture, order.format)
        target.seek(0)
        target.truncate()
        options = {} if order.format == "PNG" else {"quality": order.quality}
        try:
            picture.save(target, order.format, exif=exif, icc_profile=None, **options)
        except (OSError, ValueError) as error:  # its pixels are there: the encoder has no room
            raise NeedsTooMuchMemory(
                f"Writing {picture.width:,} x {picture.height:,} pixels as {order.format} takes "
                "too much memory. Resize the image."
            ) from error
        target.flush()
        return {"width": picture.width, "height": picture.height, "frames": frames}


def _sized(image: "Image", order: Order, *, lying: bool) -> "Image":
    """Give the picture in the size, the mode and the colours that are ordered, not yet turned."""
    from PIL.Image import Resampling

    size = _fitting(image.width, image.height, order, lying=lying)
    image.draft(None, (GAP * size[0], GAP * size[1]))  # only JPEG: it is decoded smaller
    mode = _mode(image, order.format)
    convert = _Colours(image, mode)
    factor = max(1, min(image.width // size[0], image.height // size[1]) // GAP)
    if factor == 1 and image.mode == mode and not convert.profile:
        picture = image
        picture.load()  # one that is not yet loaded is copied when it is saved
    else:
        picture = strips.reduced(image, factor, mode, convert)
    if picture.size == size:
        return picture
    return picture.resize(size, Resampling.LANCZOS)


def _fitting(width: int, height: int, order: Order, *, lying: bool) -> tuple[int, int]:
    box = (order.width or math.inf, order.height or math.inf)
    across, down = reversed(box) if lying else box
    scale = min(1.0, across / width, down / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _mode(image: "Image", format: str) -> str:
    if image.has_transparency_data and format != "JPEG":
        return "RGBA"
    return "L" if image.mode in GREY and not image.has_transparency_data else "RGB"


class _Colours:
    """Brings a strip of a picture to sRGB, and on white paper where transparency is no more."""

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
        except ImageCms.PyCMSError:  # a profile of other colours than the picture's
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
    except (ImageCms.PyCMSError, OSError):  # damaged: the colours are taken as they are
        return None


def _exif(image: "Image", *, upright: bool) -> bytes:
    from PIL.ExifTags import Base

    exif = image.getexif()
    if upright and Base.Orientation in exif:
        exif[Base.Orientation] = 1
    return exif.tobytes() if exif else b""


def _check_sides(picture: "Image", format: str) -> None:
    longest = LONGEST.get(format, math.inf)
    if max(picture.size) > longest:
        raise TooManyPixels(
            f"A {format} has at most {longest:,} pixels a side, not {max(picture.size):,}. Resize "
            "the image, or choose another format."
        )
