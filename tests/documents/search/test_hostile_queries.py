"""Any query finds something, finds nothing, or is refused with a reason."""

import random

import pytest

from jobs import testing
from jobs.errors import InvalidSubmission
from tests.documents.conftest import Upload
from tests.documents.search.conftest import Search, searched
from tests.people import Person

pytestmark = pytest.mark.django_db

URL = "/api/v1/jobs"
SIGNS = "abc \"'-|&!():*<>\\%_$;\n\t\u0301\u200d橋梁ü\U0001f600or"


@pytest.fixture(autouse=True)
def bridge(upload: Upload) -> None:
    upload(b"The bridge is open to the public, and it has been for a year.", "bridge.txt")


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("'; DROP TABLE documents_passage; --", False),
        ('"bridge', True),
        ('bridge"', True),
        ('""bridge""', True),
        ("bridge:* & !open", True),
        ("(((bridge", True),
        ("or bridge or", True),
        ("--bridge open", False),
        ("\\bridge' || true", True),
        ("%bridge%", True),
        ("bridge " * 140, True),
        ("word" * 240, False),
        ("%s %(query)s {0} crane", False),
    ],
)
def test_a_strange_query_is_accepted(search: Search, query: str, finds: bool) -> None:
    assert bool(search(query)) is finds


def test_a_query_of_stop_words_finds_nothing_with_a_notice(owner: Person) -> None:
    output = searched(owner, "to be or not to be").output
    assert output["items"] == []
    assert output["missing"] == ["The query has only very common words, which are ignored."]


@pytest.mark.parametrize("query", ["!!! & |", "\U0001f600", "-bridge", '""', "- or -", "   "])
def test_a_query_without_a_word_is_refused(owner: Person, query: str) -> None:
    with pytest.raises(InvalidSubmission) as caught:
        searched(owner, query)
    [fault] = caught.value.faults
    assert (fault.pointer, fault.code) == ("/input/query", "no_words")


@pytest.mark.parametrize("query", ["x" * 10_000, "", "bridge\x00", 7, None])
def test_an_invalid_query_is_refused(owner: Person, query: object) -> None:
    body = {"type": "evidence_search", "input": {"query": query}}
    response = owner.client.post(URL, body, format="json")
    assert response.status_code in (400, 422), response.json()


@pytest.mark.parametrize("seed", range(10))
def test_a_random_query_completes(owner: Person, seed: int) -> None:
    rnd = random.Random(seed)
    query = "bridge " + "".join(rnd.choices(SIGNS, k=rnd.randrange(1, 60)))
    job = searched(owner, query)
    assert job.state == "completed", f"seed {seed}: {query!r}: {job.error}"


def test_an_invalid_input_makes_no_job(owner: Person) -> None:
    with pytest.raises(InvalidSubmission):
        testing.make(
            "evidence_search",
            {"query": "bridge", "limit": 101},
            owner=owner.user,
            organization=owner.organization,
        )
