"""Fixtures of data analysis."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import pytest

from documents.models import Document
from jobs import testing
from jobs.ai.rendering.chart_renderer import ChartRenderer
from jobs.models import Job
from reports.data import job
from reports.models import Dashboard
from tests.people import Person
from tests.reports.data.given import SALES

Ask = Callable[..., Job]


@pytest.fixture(scope="session")
def drawer() -> Iterator[ChartRenderer]:
    """Return one process that draws for all tests: each takes two seconds to begin."""
    with ChartRenderer() as made:
        yield made


@pytest.fixture(autouse=True)
def _drawn_by_one(drawer: ChartRenderer, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = Lock()

    @contextmanager
    def shared() -> Iterator[ChartRenderer]:
        with lock:  # for jobs in threads
            yield drawer

    monkeypatch.setattr(job, "ChartRenderer", shared)


@pytest.fixture
def sales(upload: Callable[..., Document]) -> Document:
    """Return a table of sales, as a document."""
    return upload(SALES, "sales.csv")


@pytest.fixture
def dashboard(owner: Person) -> Dashboard:
    """Return an empty dashboard."""
    return Dashboard.objects.create(name="Sales", owner=owner.user, organization=owner.organization)


@pytest.fixture
def order(owner: Person) -> Ask:
    """Return a function that stores a pending job which answers a question."""

    def make(question: str, **input: Any) -> Job:
        given = {k: str(v) if isinstance(v, uuid.UUID) else v for k, v in input.items()}
        return testing.make(
            "analyze_data",
            {"question": question, **given},
            owner=owner.user,
            organization=owner.organization,
        )

    return make


@pytest.fixture
def ask(order: Ask) -> Ask:
    """Return a function that has a question answered."""

    def answered(question: str, **input: Any) -> Job:
        return testing.run(order(question, **input))

    return answered
