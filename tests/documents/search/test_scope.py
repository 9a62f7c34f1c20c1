"""Filters narrow a search, and all given filters apply."""

from datetime import timedelta
from typing import Any

import pytest

from documents.models import Document
from tests.documents import made
from tests.documents.conftest import Upload
from tests.documents.search.conftest import Search

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(upload: Upload) -> dict[str, Document]:
    """Give three documents about a bridge: an old PDF, a German text, a list."""
    stored = {
        "old": upload(made.pdf("The bridge is old and it was built for carts"), "Survey 1.pdf"),
        "german": upload(b"Die bridge ist nicht zu sehen und das ist gut", "de.txt"),
        "list": upload(b"bridge\t12\t13", "list.txt"),
    }
    old = Document.objects.filter(pk=stored["old"].pk)
    old.update(created_at=stored["old"].created_at - timedelta(days=30))
    return stored


def names(items: list[dict[str, Any]], stored: dict[str, Document]) -> set[str]:
    known = {str(document.pk): name for name, document in stored.items()}
    return {known[item["document"]] for item in items}


@pytest.mark.parametrize(
    ("input", "expected"),
    [
        ({}, {"old", "german", "list"}),
        ({"media_types": ["application/pdf"]}, {"old"}),
        ({"media_types": ["text/plain"], "languages": ["de"]}, {"german"}),
        ({"languages": ["en", "unknown"]}, {"old", "list"}),
        ({"languages": ["fr"]}, set()),
        ({"name": "SURVEY"}, {"old"}),
        ({"name": "%"}, set()),
    ],
)
def test_a_filter_narrows_the_search(
    search: Search, stored: dict[str, Document], input: dict[str, Any], expected: set[str]
) -> None:
    assert names(search("bridge", **input), stored) == expected


def test_a_list_of_documents_narrows_the_search(
    search: Search, stored: dict[str, Document]
) -> None:
    items = search("bridge", documents=[str(stored["list"].pk), str(stored["old"].pk)])
    assert names(items, stored) == {"list", "old"}


def test_the_upload_date_narrows_the_search(search: Search, stored: dict[str, Document]) -> None:
    week = (stored["list"].created_at - timedelta(days=7)).isoformat()
    assert names(search("bridge", created_before=week), stored) == {"old"}
    assert names(search("bridge", created_after=week), stored) == {"german", "list"}


def test_only_documents_of_the_scope_are_read(search: Search, stored: dict[str, Document]) -> None:
    search("bridge", name="de.txt")
    assert set(Document.objects.exclude(pages=None)) == {stored["german"]}


def test_the_limit_keeps_the_best_items(search: Search, stored: dict[str, Document]) -> None:
    everything = search("bridge")
    assert search("bridge", limit=2) == everything[:2]
    scores = [item["score"] for item in everything]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
