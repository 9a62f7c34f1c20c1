"""Misspelled words and OCR mistakes are found."""

import pytest

from documents.indexing.spelling import similarity, spelling
from tests.documents import made
from tests.documents.conftest import Upload
from tests.documents.search.conftest import Search

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Mueller", "Mueler"),
        ("Müller", "Mueller"),
        ("Mueller", "Müller"),
        ("Müller", "Muller"),
        ("harbour", "harbor"),
        ("Muel1er", "Mueller"),
        ("br1dge", "bridge"),
        ("govemment", "government"),
        ("résumé", "resume"),
        ("Søndergård", "Sondergaard"),
    ],
)
def test_a_word_is_found_by_another_spelling(
    upload: Upload, search: Search, written: str, asked: str
) -> None:
    upload(f"It was {written} that is named in the report on the works.".encode(), "a.txt")
    upload(b"Nothing else was said in the letter to the council of the town.", "b.txt")
    [item] = search(asked)
    assert item["name"] == "a.txt"
    [place] = item["highlights"]
    assert item["snippet"][place["start"] : place["end"]] == written


@pytest.mark.parametrize(
    ("written", "asked"), [("invoice", "voice"), ("cat", "car"), ("118", "119")]
)
def test_a_word_of_little_similarity_is_not_found(
    upload: Upload, search: Search, written: str, asked: str
) -> None:
    upload(f"It was the {written} that is named in the report.".encode(), "a.txt")
    assert search(asked) == []


def test_the_exact_spelling_ranks_first(upload: Upload, search: Search) -> None:
    upload(b"Mr Mueler was on the site and has signed the report of it.", "alike.txt")
    upload(b"Mr Mueller was on the site and has signed the report of it.", "exact.txt")
    first, second = search("Mueller")
    assert (first["name"], first["found_by"]) == ("exact.txt", ["words", "spelling"])
    assert (second["name"], second["found_by"]) == ("alike.txt", ["spelling"])
    assert first["score"] > second["score"]


def test_a_scan_is_found_by_its_words(upload: Upload, search: Search) -> None:
    scan = made.picture("The inspection of the harbour bridge by Mr Mueller was finished in May.")
    upload(made.saved(scan), "scan.png")
    [item] = search("inspections Mueler")
    assert (item["method"], item["page"]) == ("ocr", None)


def test_similarity_is_that_of_trigrams() -> None:
    assert similarity("mueiier", "mueier") == pytest.approx(6 / 9)
    assert similarity("bridge", "bridge") == 1
    assert similarity("bridge", "xyzuv") == 0


@pytest.mark.parametrize("form", ["118", "abc", "мост", "東京", "b2b", "x" * 41])
def test_a_word_of_another_script_has_no_spelling(form: str) -> None:
    assert spelling(form) is None
