"""What bytes are as text: a few accents are enough, and wherever they come first."""

import io

import pytest

from jobs.ai import encodings

TEXTS = {
    "German": ("Grün;1;2025-01-03;ok\n", "cp1252"),
    "French": ("La crème brûlée a été créée à Genève.\n", "cp1252"),
    "Danish": ("Køb af nye både på øen ved Århus.\n", "cp1252"),
    "English": ("It’s “fine”, he said – and paid 12 €.\n", "cp1252"),
    "Turkish": ("Şirket büyüdü; köprünün onarımı için ödeme yapıldı, değil mi?\n", "cp1254"),
    "Polish": ("Łódź;3\nKraków;4\nWrocław;5\n", "cp1250"),
    "Czech": ("Příliš žluťoučký kůň úpěl ďábelské ódy.\n", "cp1250"),
    "Russian": ("Ремонт моста стоит сорок восемь тысяч рублей.\n", "cp1251"),
    "Chinese": ("桥梁维修费用为四万八千欧元,工期十四周。\n", "gbk"),
    "Japanese": ("橋の修理費用は四万八千ユーロです。\n", "shift_jis"),
    "German of DOS": ("Die Prüfung der Brücke ergab größere Schäden.\n", "cp850"),
}
PLAIN = b"North;12;2025-01-03;delivered\n"


@pytest.mark.parametrize("before", [0, 100_000], ids=["early", "late"])
@pytest.mark.parametrize("name", TEXTS)
def test_the_encoding_is_found_wherever_it_shows_first(name: str, before: int) -> None:
    text, encoding = TEXTS[name]
    content = PLAIN * before + text.encode(encoding)
    found = encodings.of(io.BytesIO(content))
    assert found is not None
    assert content.decode(found).endswith(text)


def test_utf_8_that_is_cut_within_a_character_is_utf_8() -> None:
    assert encodings.of(io.BytesIO(PLAIN + "Grün".encode()[:3])) == "utf-8"
