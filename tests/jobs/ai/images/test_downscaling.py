"""Pictures for a model are small, upright and without metadata."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import pytest
from PIL import Image

from jobs.ai.images import downscaling
from jobs.ai.llm import models
from jobs.ai.llm.models import Prompt, PromptImage
from jobs.errors import InvalidInput
from tests.jobs.ai.llm.provider import Provider
from tests.jobs.ai.llm.test_responses_wire import respond

ORIENTATION, MAKER, TURNED_LEFT = 0x0112, 0x010F, 6
PROMPT = Prompt.of(
    "Look.", "What is it?", images=[PromptImage(media_type="image/jpeg", content=b"x")]
)
URL = "data:image/jpeg;base64,eA=="
Opened = Callable[[bytes], IO[bytes]]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Give a function that puts content into a file, since a process of its own reads it."""
    with ExitStack() as stack:

        def put(content: bytes) -> IO[bytes]:
            (tmp_path / "picture").write_bytes(content)
            return stack.enter_context((tmp_path / "picture").open("rb"))

        yield put


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


def image_of(made: PromptImage) -> Image.Image:
    return Image.open(io.BytesIO(made.content))


def test_a_photo_becomes_small_and_upright_without_camera_metadata(opened: Opened) -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = TURNED_LEFT, "A camera with a number"
    photo = saved(Image.new("RGB", (3000, 2000), "red"), "JPEG", exif=exif, comment=b"secret")
    made = downscaling.downscale(opened(photo), "a.jpg")
    image = image_of(made)
    assert (image.format, image.size) == ("JPEG", (683, 1024))
    assert (dict(image.getexif()), image.info.get("comment")) == ({}, None)
    assert b"camera" not in made.content
    assert made.data_url.startswith("data:image/jpeg;base64,/9j/")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_a_picture_of_any_format_is_accepted(opened: Opened, mode: str) -> None:
    picture = saved(Image.new(mode, (20, 10)), "TIFF" if mode == "CMYK" else "PNG")
    assert image_of(downscaling.downscale(opened(picture), "a.png")).mode == "RGB"


def test_transparent_pixels_become_white(opened: Opened) -> None:
    clear = saved(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG")
    assert image_of(downscaling.downscale(opened(clear), "a.png")).getpixel((5, 5)) == (
        255,
        255,
        255,
    )


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\nbroken"])
def test_the_error_names_a_damaged_picture(opened: Opened, content: bytes) -> None:
    with pytest.raises(InvalidInput, match=r"a\.png: .* damaged"):
        downscaling.downscale(opened(content), "a.png")


def test_a_huge_picture_is_refused_before_it_is_decoded(opened: Opened, settings: Any) -> None:
    settings.DOCUMENT_MAX_PIXELS = 99
    with pytest.raises(InvalidInput, match="more than 99 pixels"):
        downscaling.downscale(opened(saved(Image.new("L", (10, 10)), "PNG")), "a.png")


def test_the_worker_survives_a_picture_that_takes_too_much_memory(
    opened: Opened, settings: Any
) -> None:
    settings.DOCUMENT_READER_MEMORY = 100_000_000
    with pytest.raises(InvalidInput, match=r"a\.png: .* memory"):
        downscaling.downscale(opened(saved(Image.new("RGBA", (6000, 6000)), "PNG")), "a.png")


def test_pictures_are_sent_by_chat_completions(stub: Provider) -> None:
    models.connect("stub", lambda used: None).complete(PROMPT)
    instructions, asked = stub.calls[0]["messages"]
    assert instructions["content"] == "Look."
    text, picture = asked["content"]
    assert text == {"type": "text", "text": "What is it?"}
    assert picture == {"type": "image_url", "image_url": {"url": URL}}


def test_pictures_are_sent_by_responses(stub: Provider, settings: Any) -> None:
    settings.AI_MODELS["stub"]["wire"] = "responses"
    stub.behave = respond
    models.connect("stub", lambda used: None).complete(PROMPT)
    text, picture = stub.calls[0]["input"][1]["content"]
    assert text == {"type": "input_text", "text": "What is it?"}
    assert picture == {"type": "input_image", "image_url": URL}
