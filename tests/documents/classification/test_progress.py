"""Progress of a classification names the page and the file."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from documents.classification.job import classify_all
from documents.inputs import ClassifyDocumentsInput
from jobs.context import JobContext
from tests.documents import made
from tests.documents.conftest import Upload
from tests.people import Person

pytestmark = pytest.mark.django_db


class Watched:
    """Stands in for a job's context: runs steps at once and notes the progress."""

    job_type = "classify_documents"

    def __init__(self, person: Person) -> None:
        self.organization_id = person.organization.pk
        self.seen: list[tuple[float, str]] = []

    def progress(self, percent: float, message: str = "") -> None:
        """Note it."""
        self.seen.append((percent, message))

    def step_as(self, shape: Any, name: str, function: Callable[..., Any], *args: Any) -> Any:
        """Run it at once."""
        return function(*args)


def test_the_progress_names_each_page(upload: Upload, owner: Person) -> None:
    job = Watched(owner)
    documents = [
        upload(made.pdf("The first page of the file", "And then the second page"), "two.pdf").pk,
        upload(b"hello", "a.txt").pk,
    ]
    query = ClassifyDocumentsInput(documents=documents, model="builtin", categories=None)
    classify_all(cast(JobContext, job), query)
    assert job.seen == [
        (0, "Reading two.pdf, page 1 of 2"),
        (25, "Reading two.pdf, page 2 of 2"),
        (50, "Reading a.txt, page 1 of 1"),
    ]
