"""A picture processed in strips equals one processed as a whole."""

import pytest
from PIL import Image, ImageChops

from documents.images import strips


@pytest.mark.parametrize("factor", [1, 3])
def test_strips_leave_no_seams(monkeypatch: pytest.MonkeyPatch, factor: int) -> None:
    monkeypatch.setattr(strips, "STRIP_PIXELS", 500)
    picture = Image.effect_noise((100, 91), 80).convert("RGB")
    made = strips.reduce_image(picture, factor, "L", lambda strip: strip.convert("L"))
    whole = picture.convert("L").reduce(factor)
    assert made.size == whole.size
    assert ImageChops.difference(made, whole).getbbox() is None
