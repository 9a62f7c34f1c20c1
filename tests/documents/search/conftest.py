"""Fixtures of the search."""

from collections.abc import Callable
from typing import Any

import pytest

from documents.models import Document
from jobs import testing
from jobs.models import Job
from tests.documents.conftest import upload
from tests.people import Person

__all__ = ["upload"]

Write = Callable[..., Document]
Search = Callable[..., list[dict[str, Any]]]


def searched(person: Person, query: str, **input: Any) -> Job:
    """Run a search to its end."""
    job = testing.make(
        "evidence_search",
        {"query": query, **input},
        owner=person.user,
        organization=person.organization,
    )
    return testing.run(job)


@pytest.fixture
def search(owner: Person) -> Search:
    """Return a function that searches for a person, by default the owner."""

    def run(query: str, person: Person = owner, **input: Any) -> list[dict[str, Any]]:
        job = searched(person, query, **input)
        assert job.state == "completed", job.error
        items: list[dict[str, Any]] = job.output["items"]
        return items

    return run
