"""Words of a text with their places in the original."""

import random
import unicodedata

import pytest

from documents.indexing.passages import MAX_PASSAGE_CHARACTERS, spans
from documents.indexing.tokens import MAX_WORD_CHARACTERS, forms, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The O'Neil file, 2024-118.", ["the", "o", "neil", "file", "2024", "118"]),
        ("snake_case a/b x@y.org", ["snake", "case", "a", "b", "x", "y", "org"]),
        ("of\ufb01ce \uff21\uff22\uff23", ["office", "abc"]),
        (unicodedata.normalize("NFD", "Prüfung"), ["prüfung"]),
        ("in\u00adspec\u00adtion", ["inspection"]),
        ("inspec-\ntion", ["inspection inspec tion"]),
        ("1-\n2", ["1", "2"]),
        ("東京都", ["東京", "京都"]),
        ("橋", ["橋"]),
        ("2階A東京", ["2", "階", "a", "東京"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("!!! & | \U0001f600", []),
        ("x" * 5000, ["x" * MAX_WORD_CHARACTERS]),
    ],
)
def test_tokens_have_a_normalized_form(text: str, expected: list[str]) -> None:
    assert [token.form for token in tokens(text)] == expected
    assert forms(text) == " ".join(expected)


def test_a_place_refers_to_the_original_text() -> None:
    text = "\U0001f468‍\U0001f469 Pru\u0308fung of\ufb01ce"
    assert [text[one.start : one.end] for one in tokens(text)] == ["Pru\u0308fung", "of\ufb01ce"]


@pytest.mark.parametrize("seed", range(20))
def test_passages_cover_the_whole_text(seed: int) -> None:
    rnd = random.Random(seed)
    text = "".join(rnd.choices("ab \n東", k=rnd.randrange(3 * MAX_PASSAGE_CHARACTERS)))
    pieces = list(spans(text))
    assert "".join(text[start:end] for start, end in pieces) == text, f"seed {seed}"
    assert all(end - start <= MAX_PASSAGE_CHARACTERS for start, end in pieces)


def test_a_passage_ends_with_a_line() -> None:
    line = "word " * 20 + "\n"
    text = line * 100
    assert all(text[:end].endswith("\n") for _, end in spans(text))


def test_an_empty_page_has_one_passage() -> None:
    assert list(spans("")) == [(0, 0)]
