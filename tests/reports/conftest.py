"""Fixtures of the tests of reports."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from documents import store
from documents.models import Document
from jobs import testing
from jobs.models import Job
from reports.models import Report
from tests.people import Person

ORDER: dict[str, Any] = {"title": "The bridge", "bullet_points": ["Cost of the repair", "Delays"]}
TEXT = (
    "The repair of the bridge costs 48,000 euro. Work was delayed by three weeks in May 2025. "
    "The mayor opened the fair. Paint arrives on 3 June 2025."
)


EVIDENCE = [
    {
        "name": "Tender",
        "text": "The repair of the deck costs 48,000 euro. The repair takes 14 weeks of time.",
    }
]
OPTION: dict[str, Any] = {
    "option": "Repair the deck",
    "decision": "Repair or replace?",
    "criteria": [{"name": "Cost", "weight": 3}, {"name": "Time to build"}, {"name": "Noise"}],
    "evidence": EVIDENCE,
}
BRIEF: dict[str, Any] = {
    "title": "Repair or replace the bridge?",
    "context": "It is closed to lorries.",
    "options": [{"name": "Repair the deck"}, {"name": "Build a tunnel"}],
    "evidence": EVIDENCE,
}
Submit = Callable[..., Job]


@pytest.fixture(autouse=True)
def _files_of_the_test(settings: Any, tmp_path: Path) -> None:
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**storage, "OPTIONS": {"location": tmp_path / "media"}},
    }


@pytest.fixture
def upload(owner: Person) -> Callable[..., Document]:
    """Return a function that stores a text document."""

    def make(text: str = TEXT, name: str = "notes.txt", person: Person = owner) -> Document:
        file = SimpleUploadedFile(name, text.encode())
        return store.add(file, organization=person.organization, owner=person.user)

    return make


@pytest.fixture
def order(owner: Person) -> Callable[..., Job]:
    """Return a function that stores a pending job which writes a report."""

    def make(**changes: Any) -> Job:
        return testing.make(
            "generate_report",
            {**ORDER, **changes},
            owner=owner.user,
            organization=owner.organization,
        )

    return make


@pytest.fixture
def report(order: Callable[..., Job], upload: Callable[..., Document]) -> Report:
    """Return a report that was written offline from one document."""
    job = testing.run(order(documents=[str(upload().pk)]))
    return Report.objects.get(job=job)


@pytest.fixture
def submit(owner: Person) -> Submit:
    """Return a function that stores a pending job of any type."""

    def make(type: str, **input: Any) -> Job:
        return testing.make(type, input, owner=owner.user, organization=owner.organization)

    return make
