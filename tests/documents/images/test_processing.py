"""`process_images`: its pictures pixel by pixel, and bad files that fail alone."""

import io
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageCms
from pytest_django.fixtures import Settings

from documents.models import Document
from jobs import testing
from jobs.errors import InvalidSubmission
from jobs.models import Job
from tests.documents import made
from tests.documents.conftest import Upload
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)

RED, BLUE = (220, 30, 30), (30, 30, 220)


def processed(person: Person, *documents: Document, **input: Any) -> Job:
    order = {"documents": [str(document.pk) for document in documents], **input}
    job = testing.make("process_images", order, owner=person.user, organization=person.organization)
    return testing.run(job)


def pictures(job: Job) -> list[Image.Image]:
    """Open all that a job made, in order."""
    assert job.state == "completed", job.error
    ids = [one["document"] for file in job.output["files"] for one in file["made"]]
    opened: list[Image.Image] = []
    for made_document in ids:
        with Document.objects.get(pk=made_document).file.open("rb") as content:
            opened.append(Image.open(io.BytesIO(content.read())))
    return opened


def halves(size: tuple[int, int] = (400, 200)) -> Image.Image:
    """Make a picture whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (size[0] // 2, 0, *size))
    return picture


def is_like(seen: Any, expected: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(seen, expected, strict=False))


def test_a_photo_is_rotated_scaled_and_stripped_of_metadata(upload: Upload, owner: Person) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # the camera stood on its side: turn it clockwise
    exif[ExifTags.Base.Make] = "Secret camera"
    photo = upload(made.saved(halves(), "JPEG", exif=exif), "photo.jpg")
    job = processed(owner, photo, resize={"width": 100, "height": 100}, thumbnails=[32])
    large, small = pictures(job)
    assert (large.format, large.size, small.size) == ("JPEG", (50, 100), (16, 32))
    assert is_like(large.getpixel((25, 10)), RED)
    assert is_like(large.getpixel((25, 90)), BLUE)
    assert not large.getexif()
    [file] = job.output["files"]
    assert [one["name"] for one in file["made"]] == ["photo-50x100.jpg", "photo-16x32.jpg"]
    stored = Document.objects.get(pk=file["made"][0]["document"])
    assert (stored.job, stored.owner, stored.size) == (job.pk, owner.user, file["made"][0]["size"])


def test_kept_metadata_does_not_rotate_the_picture_twice(upload: Upload, owner: Person) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Camera"
    photo = upload(made.saved(halves(), "JPEG", exif=exif), "photo.jpg")
    [picture] = pictures(processed(owner, photo, strip_metadata=False))
    assert picture.getexif()[ExifTags.Base.Make] == "Camera"
    assert picture.getexif()[ExifTags.Base.Orientation] == 1
    assert picture.size == (200, 400)


def test_transparent_pixels_stay_transparent_or_become_white(upload: Upload, owner: Person) -> None:
    logo = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    logo.paste((*RED, 255), (16, 16, 48, 48))
    document = upload(made.saved(logo), "logo.png")
    [webp] = pictures(processed(owner, document, format="webp", resize={"width": 32, "height": 32}))
    alpha = webp.getchannel("A")
    assert (webp.format, alpha.getpixel((0, 0)), alpha.getpixel((16, 16))) == ("WEBP", 0, 255)
    [jpeg] = pictures(processed(owner, document, format="jpeg"))
    assert is_like(jpeg.getpixel((0, 0)), (255, 255, 255))
    assert is_like(jpeg.getpixel((32, 32)), RED)


def test_a_picture_is_never_enlarged(upload: Upload, owner: Person) -> None:
    document = upload(made.saved(halves((40, 20)), "BMP"), "small.bmp")
    [picture] = pictures(processed(owner, document, resize={"width": 400, "height": 400}))
    assert (picture.format, picture.size) == ("PNG", (40, 20))


def test_colours_of_another_profile_become_srgb(upload: Upload, owner: Person) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    odd = upload(made.saved(halves(), icc_profile=lab), "odd.png")
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    usual = upload(made.saved(halves((300, 200)), icc_profile=srgb), "usual.png")
    torn = upload(made.saved(halves((200, 200)), icc_profile=srgb[:90]), "torn.png")
    for picture in pictures(processed(owner, odd, usual, torn)):
        assert "icc_profile" not in picture.info
        assert is_like(picture.getpixel((5, 5)), RED)


def test_the_first_frame_of_an_animation_is_used_with_a_note(upload: Upload, owner: Person) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, BLUE, RED)]
    content = made.saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    job = processed(owner, upload(content, "blink.gif"))
    [picture] = pictures(job)
    assert is_like(picture.convert("RGB").getpixel((5, 5)), RED)
    assert job.output["files"][0]["note"] == "Only the first of 3 frames was processed."


def test_a_damaged_or_wrong_file_fails_alone(upload: Upload, owner: Person) -> None:
    png = made.saved(halves())
    bad = {
        upload(png[: len(png) // 2], "cut.png"): "unreadable",
        upload(b"hello", "a.txt"): "not_an_image",
    }
    job = processed(owner, *bad, upload(png, "good.png"))
    *failed, good = job.output["files"]
    assert [file["error"]["code"] for file in failed] == list(bad.values())
    assert (good["status"], job.output["failed_files"]) == ("processed", 2)


def test_a_picture_beyond_the_quota_fails_alone(
    upload: Upload, owner: Person, settings: Settings
) -> None:
    photo = upload(made.saved(halves()), "photo.png")
    settings.DOCUMENT_QUOTA_BYTES = photo.size
    [file] = processed(owner, photo, format="jpeg").output["files"]
    assert (file["status"], file["error"]["code"]) == ("failed", "quota_exceeded")
    assert "Delete documents" in file["error"]["message"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"quality": 0},
        {"format": "gif"},
        {"thumbnails": [8]},
        {"resize": {"width": 10}},
        {"rotate": 90},
        {"orient": False},
    ],
)
def test_invalid_operations_are_refused(
    upload: Upload, owner: Person, wrong: dict[str, Any]
) -> None:
    document = upload(made.saved(halves()), "a.png")
    with pytest.raises(InvalidSubmission):
        processed(owner, document, **wrong)
