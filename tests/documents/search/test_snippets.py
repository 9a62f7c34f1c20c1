"""A snippet quotes its page verbatim, with the places of its highlights."""

import pytest

from documents.models import DocumentText
from documents.search.snippets import SNIPPET_CHARACTERS
from tests.documents import made
from tests.documents.conftest import Upload
from tests.documents.search.conftest import Search

pytestmark = pytest.mark.django_db

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
SIGN = "e\u0301\u0302 "
FILLER = "Nothing of it was said on that day by any of them. " * 30


def marked(item: dict[str, object]) -> list[str]:
    snippet, places = item["snippet"], item["highlights"]
    assert isinstance(snippet, str)
    assert isinstance(places, list)
    return [snippet[place["start"] : place["end"]] for place in places]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        (f"{FAMILY} The bridge {FAMILY} is open {FAMILY}", "bridge", ["bridge"]),
        (
            "Die Pru\u0308fung der Bru\u0308cke ist gut und nicht schlecht",
            "Prüfung",
            ["Pru\u0308fung"],
        ),
        ("the of\ufb01ce is in the harbour", "office", ["of\ufb01ce"]),
        ("the inspec-\ntion was on time and it is done", "inspection", ["inspec-\ntion"]),
        ("東京都の橋梁検査", "橋梁検査", ["橋梁検査"]),
        ("<b>The</b> bridges, the <script>bridge</script>", "bridge", ["bridges", "bridge"]),
        ("It is 1,200.50 for the deck", "1,200.50", ["1", "200", "50"]),
    ],
)
def test_matched_words_are_highlighted(
    upload: Upload, search: Search, text: str, query: str, expected: list[str]
) -> None:
    upload(text.encode(), "a.txt")
    [item] = search(query)
    assert marked(item) == expected


def test_a_snippet_covers_the_densest_matches(upload: Upload, search: Search) -> None:
    text = f"A bridge. {FILLER}The bearings of the bridge were replaced. {FILLER}A bridge. {FILLER}"
    document = upload(text.encode(), "a.txt")
    [item] = search("bridge bearings replaced")
    assert marked(item) == ["bearings", "bridge", "replaced"]
    assert len(item["snippet"]) <= SNIPPET_CHARACTERS
    page = DocumentText.objects.get(document=document).text
    assert page[item["offset"] :].startswith(item["snippet"])


def test_a_snippet_ends_between_words_and_splits_no_character(
    upload: Upload, search: Search
) -> None:
    text = SIGN * 300 + "bridge " + SIGN * 300
    upload(text.encode(), "a.txt")
    [item] = search("bridge")
    assert set(item["snippet"].split()) == {"bridge", SIGN.strip()}


def test_a_long_page_is_found_at_its_end(upload: Upload, search: Search) -> None:
    upload((FILLER * 20 + "The bearings were replaced.").encode(), "a.txt")
    [item] = search("bearings")
    assert item["snippet"].endswith("The bearings were replaced.")


def test_an_item_names_its_page(upload: Upload, search: Search) -> None:
    upload(made.pdf("The deck of it is new", "The bearings of it are old"), "a.pdf")
    [item] = search("bearings")
    assert (item["page"], item["method"], item["name"]) == (2, "text_layer", "a.pdf")
