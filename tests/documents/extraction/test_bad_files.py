"""Bad files give an error with a stable code, whatever their parser raises."""

import pytest
from PIL import Image

from documents.errors import DocumentError
from documents.extraction import ExtractionLimits, ocr
from tests.documents import made
from tests.documents.extracted import ROOMY, extracted

PICTURE = made.saved(Image.effect_noise((300, 200), 60))
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'


def code_of(content: bytes, name: str, limits: ExtractionLimits = ROOMY) -> str:
    with pytest.raises(DocumentError) as caught:
        extracted(content, name, limits)
    return caught.value.code


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("locked.pdf", made.locked_pdf(), "password_protected"),
        ("junk.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 8, "unreadable"),
        ("cut.pdf", made.pdf()[:2000], "unreadable"),
        ("cut.png", PICTURE[: len(PICTURE) // 2], "unreadable"),
        ("head.png", PICTURE[:20], "unreadable"),
        ("huge.png", made.huge_png(), "too_many_pixels"),
        ("bomb.docx", made.docx_bomb(), "unpacks_too_large"),
    ],
)
def test_a_bad_file_has_an_error_code(name: str, content: bytes, code: str) -> None:
    assert code_of(content, name) == code


def test_a_docx_with_entities_is_unreadable() -> None:
    content = made.word()
    part = made.replaced(content, "word/document.xml", LAUGHS)
    assert code_of(part, "laughs.docx") == "unreadable"


def test_a_pdf_of_too_many_pages_is_refused() -> None:
    limits = ExtractionLimits(pages=2, pixels=1_000_000)
    assert code_of(made.pdf("a", "b", "c"), "long.pdf", limits) == "too_many_pages"


def test_a_tiff_of_too_many_pages_is_refused() -> None:
    sheet = made.picture()
    content = made.saved(sheet, "TIFF", save_all=True, append_images=[sheet])
    assert (
        code_of(content, "fax.tiff", ExtractionLimits(pages=1, pixels=10_000_000))
        == "too_many_pages"
    )


def test_a_page_that_takes_ocr_too_long_ends_by_the_timeout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ocr, "PAGE_TIMEOUT_SECONDS", 0.001)
    assert code_of(made.saved(made.picture(f"{made.WORDS}. " * 4)), "dense.png") == "ocr_timeout"


def test_a_poster_is_rendered_within_the_pixel_limit() -> None:
    poster = f"#set page(width: 500cm, height: 500cm)\n#rect(width: 90%)[{'I ' * 60}]"
    (page,) = extracted(made.pdf(poster), "poster.pdf")
    assert page.method == "ocr"
