"""Images: OCR reads text and ignores noise."""

from PIL import ExifTags, Image

from tests.documents import made
from tests.documents.extracted import extracted, only


def test_ocr_reads_a_scan() -> None:
    assert "progress in the month" in only(made.saved(made.picture()), "scan.png").text


def test_ocr_reads_a_page_on_its_side() -> None:
    turned = made.picture(" ".join([made.WORDS] * 4)).rotate(90, expand=True)
    assert "Harbour Bridge" in only(made.saved(turned), "turned.png").text


def test_a_photo_is_rotated_by_its_metadata() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 3
    upside_down = made.picture().convert("RGB").rotate(180)
    content = made.saved(upside_down, "JPEG", exif=exif)
    assert "Harbour Bridge" in only(content, "photo.jpg").text


def test_ocr_reads_text_on_a_transparent_background() -> None:
    ink = made.picture().convert("L").point(lambda grey: 255 - grey)
    transparent = Image.new("RGBA", ink.size, (0, 0, 0, 0))
    transparent.paste((0, 0, 0, 255), mask=ink)
    assert "Harbour Bridge" in only(made.saved(transparent), "logo.png").text


def test_each_frame_of_a_tiff_is_a_page() -> None:
    first, second = made.picture("First sheet"), made.picture("Second sheet")
    content = made.saved(first, "TIFF", save_all=True, append_images=[second])
    assert [page.text for page in extracted(content, "fax.tiff")] == ["First sheet", "Second sheet"]


def test_noise_gives_no_text() -> None:
    assert only(made.saved(Image.effect_noise((800, 600), 90)), "wall.png").text == ""
