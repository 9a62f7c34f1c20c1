"""Words are found in their inflected forms, by the language of the page."""

import pytest

from documents.indexing import languages
from tests.documents.conftest import Upload
from tests.documents.search.conftest import Search

pytestmark = pytest.mark.django_db

TEXTS = {
    "da": "Broerne er ikke færdige, og de skal være undersøgt af en ingeniør efter det er vinter.",
    "de": "Die Prüfungen der Brücken sind noch nicht abgeschlossen und werden im Mai fortgesetzt.",
    "en": "The inspections of the bridges were not finished and will be continued in May.",
    "es": "Las inspecciones de los puentes no se han terminado y continúan en el mes de mayo.",
    "fi": "Siltojen tarkastukset eivät ole valmiit, ja se on syy, että työ ei ole vielä tehty.",
    "fr": "Les inspections des ponts ne sont pas terminées et seront poursuivies au mois de mai.",
    "it": "Le ispezioni dei ponti non sono finite e la relazione è attesa per il mese di maggio.",
    "nl": "De inspecties van de bruggen zijn niet klaar en worden in het voorjaar voortgezet.",
    "no": "Broene er ikke ferdige, og de skal være undersøkt av en ingeniør etter det er vinter.",
    "pt": "As inspeções das pontes não foram concluídas e são para continuar no mês de maio.",
    "ru": "Проверки мостов не были закончены, и они будут продолжены в мае, как это было решено.",
    "sv": "Inspektionerna av broarna är inte klara och det ska fortsätta under våren med en grupp.",
}
INFLECTED = {
    "de": "Prüfung Brücke",
    "en": "inspected bridge",
    "es": "inspección puente",
    "fr": "inspection pont",
    "it": "ispezione ponte",
    "nl": "inspecties brug",
    "ru": "проверка мост",
}


@pytest.mark.parametrize("language", TEXTS)
def test_the_language_of_a_text_is_detected(language: str) -> None:
    assert languages.detect(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text", ["", "Invoice 118 2026-05-01 1,200.00", "a\tb\tc\n1\t2\t3", "東京都の橋", "die in"]
)
def test_a_text_with_too_few_words_has_no_language(text: str) -> None:
    assert languages.detect(text) == languages.UNKNOWN


@pytest.mark.parametrize("language", INFLECTED)
def test_an_inflected_word_is_found(upload: Upload, search: Search, language: str) -> None:
    upload(TEXTS[language].encode(), "text.txt")
    upload(b"Nothing of that kind is written here, and it was not meant to be.", "other.txt")
    [item] = search(INFLECTED[language])
    assert item["language"] == language
    assert "words" in item["found_by"]


def test_a_stem_of_another_language_is_not_found(upload: Upload, search: Search) -> None:
    upload(b"Das Organ war nicht zu sehen, und es ist auch nicht gemeint.", "german.txt")
    assert search("organization") == []  # whose English stem is `organ`


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('"deck repair"', {"one"}),
        ('"repair deck"', set()),
        ("deck -crane", {"one"}),
        ("crane or repair", {"one", "two"}),
        ("deck", {"one", "two"}),
        ("2024-118", {"two"}),
        ("118", {"two"}),
        ("1,200.50", {"one"}),
        ("o'neil", {"two"}),
    ],
)
def test_a_query_has_web_search_syntax(
    upload: Upload, search: Search, query: str, names: set[str]
) -> None:
    upload(b"The deck repair is on time and will cost 1,200.50 in all.", "one")
    upload(b"A crane stands on the deck for order 2024-118 of Mr O'Neil.", "two")
    assert {item["name"] for item in search(query)} == names


def test_chinese_and_japanese_phrases_are_found_anywhere(upload: Upload, search: Search) -> None:
    upload("東京都の橋梁検査報告書です。橋は安全です。".encode(), "bridge.txt")
    upload("京都の寺の報告です。".encode(), "temple.txt")
    assert [item["name"] for item in search("橋梁検査")] == ["bridge.txt"]
    assert [item["name"] for item in search("東京")] == ["bridge.txt"]
    assert {item["name"] for item in search("京都")} == {"bridge.txt", "temple.txt"}
    assert search("京都の橋梁") != []
    assert search("大阪") == []


def test_a_question_ranks_its_answer_first(upload: Upload, search: Search) -> None:
    upload(b"The harbour office has moved. It is open to the public on Mondays.", "office.txt")
    upload(b"The bearings of the harbour bridge are to be replaced by the end of May.", "b.txt")
    items = search("When will the bearings of the bridge be replaced?")
    assert items[0]["name"] == "b.txt"
