"""The encoding of bytes is detected from few accents, wherever they come first."""

import io

import pytest

from jobs.ai.text import alphabets, encodings

TEXTS = {
    "German": ("Grün;1;2025-01-03;ok\n", "cp1252"),
    "French": ("La crème brûlée a été créée à Genève.\n", "cp1252"),
    "Danish": ("Køb af nye både på øen ved Århus.\n", "cp1252"),
    "English": ("It’s “fine”, he said – and paid 12 €.\n", "cp1252"),
    "Turkish": ("Şirket büyüdü; köprünün onarımı için ödeme yapıldı, değil mi?\n", "cp1254"),
    "Polish": ("Łódź;3\nKraków;4\nWrocław;5\n", "cp1250"),
    "Czech": ("Příliš žluťoučký kůň úpěl ďábelské ódy.\n", "cp1250"),
    "Hungarian": ("Győri út, fűtési díj: kérjük, az őszi időpontot jelölje meg.\n", "cp1250"),
    "Romanian": ("Reparaţia podului costă puţin şi durează paisprezece săptămâni.\n", "cp1250"),
    "Slovak": ("Žiadame o vyjadrenie, ďakujeme; oprava potrvá štrnásť týždňov.\n", "cp1250"),
    "Czech of ISO": ("Oprava mostu stojí čtyřicet tisíc eur, žádáme o vyjádření.\n", "iso8859_2"),
    "Polish of ISO": ("Prosimy o zgłoszenie zastrzeżeń: czterdzieści są już.\n", "iso8859_2"),
    "Lithuanian": ("Tilto remontas trunka keturiolika savaičių, aštuonis mėnesius.\n", "cp1257"),
    "Latvian": ("Tilta remonts ilgst astoņus mēnešus, lūdzam jūs, žēl.\n", "cp1257"),
    "Portuguese": ("A situação é má; não há previsão, põe-se a questão.\n", "cp1252"),
    "Estonian": ("Silla remont kestab neliteist nädalat; palun märkusi õigel ajal.\n", "cp1252"),
    "English with signs": ("£5 for 12 m³, 15 m³ and 20 m³ at ½ of £9.\n", "cp1252"),
    "German with signs": (
        "Die Fläche von 12 m² kostet ½ mehr, ± 5 %, bei 3 m³ Wasser.\n",
        "cp1252",
    ),
    "a table in micrometres": (
        "part;size\nA;10 µm\nB;20 µm\nC;30 µm\nD;40 µm\n",
        "cp1252",
    ),
    "micrometres without a space": ("part;size\nA;10µm\nB;20µm\nC;30µm\n", "cp1252"),
    "a dose": ("Dose of 5 µg, then 10 µg, then 20 µg\n", "cp1252"),
    "units": (5 * "10 µm;±5 °C;m²\n", "cp1252"),
    "Slovak of ISO": ("Deň;ľan\nľad;vôľa\nučiteľ;ľudia\nľahký;soľ\n", "iso8859_2"),
    "Polish with a unit": ("Grubość 10 µm; zażółć gęślą jaźń.\n", "cp1250"),
    "names": ("Müller;Besançon\nÅrhus;Coruña\nTromsø;Liège\nForlì;Málaga\n", "cp1252"),
    "Greek": ("Η επισκευή της γέφυρας κοστίζει σαράντα χιλιάδες.\n", "cp1253"),
    "Hebrew": ("תיקון הגשר עולה ארבעים ושמונה אלף שקל ונמשך.\n", "cp1255"),
    "Russian": ("Ремонт моста стоит сорок восемь тысяч рублей.\n", "cp1251"),
    "Chinese": ("桥梁维修费用为四万八千欧元,工期十四周。\n", "gbk"),
    "Japanese": ("橋の修理費用は四万八千ユーロです。\n", "shift_jis"),
    "Japanese of kana": ("ご注文ありがとうございます。お届けは来週になります。\n", "shift_jis"),
    "Japanese of Unix": ("ご注文ありがとうございます。お届けは来週になります。\n", "euc_jp"),
    "Korean": ("다리 수리비는 사만 팔천 유로이며 십사 주가 걸립니다.\n", "euc_kr"),
    "Chinese of Taiwan": ("橋樑維修費用為四萬八千歐元，工期十四週。\n", "big5"),
    "German of DOS": ("Die Prüfung der Brücke ergab größere Schäden.\n", "cp850"),
}
PLAIN = b"North;12;2025-01-03;delivered\n"


@pytest.mark.parametrize("before", [0, 100_000], ids=["early", "late"])
@pytest.mark.parametrize("name", TEXTS)
def test_the_encoding_is_detected_wherever_its_first_accent_is(name: str, before: int) -> None:
    text, encoding = TEXTS[name]
    content = PLAIN * before + text.encode(encoding)
    found = encodings.detect(io.BytesIO(content))
    assert found is not None
    assert content.decode(found).endswith(text)


def test_utf_8_cut_within_a_character_is_still_utf_8() -> None:
    assert encodings.detect(io.BytesIO(PLAIN + "Grün".encode()[:3])) == "utf-8"


@pytest.mark.parametrize("name", ["German", "Polish", "Russian", "Chinese", "Japanese"])
def test_one_broken_character_does_not_hide_utf_8(name: str) -> None:
    text = 9 * TEXTS[name][0]
    content = text.encode() + b"\xe6 " + text.encode()
    assert encodings.detect(io.BytesIO(content)) == "utf-8"


@pytest.mark.parametrize("times", [5, 50])
@pytest.mark.parametrize("line", ["1;да\n2;нет\n", "да;нет\n", "пн;вт;пт\n", "да;ok\nнет;no\n"])
def test_short_cyrillic_words_are_not_read_as_latin(line: str, times: int) -> None:
    content = (times * line).encode("cp1251")
    assert encodings.detect(io.BytesIO(content)) not in alphabets.ALPHABETS


def test_too_few_letters_leave_the_encoding_unknown() -> None:
    assert (
        encodings.detect(io.BytesIO(("id;answer\n" + 9 * "1;да\n2;нет\n").encode("cp1251"))) is None
    )
