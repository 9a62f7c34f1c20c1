"""The fixture `export`."""

from collections.abc import Callable
from typing import Any

import pytest

from documents.models import Document
from jobs import testing
from jobs.models import Job
from tests.people import Person

Export = Callable[..., Job]


@pytest.fixture
def export(owner: Person) -> Export:
    """Return a function that runs an export in this process."""

    def run(**order: Any) -> Job:
        order = {key: str(value) for key, value in order.items()}
        return testing.run(
            testing.make(
                "export_document", order, owner=owner.user, organization=owner.organization
            )
        )

    return run


def content_of(job: Job) -> bytes:
    """Return the file that a job has made."""
    assert job.state == "completed", job.error
    with Document.objects.get(pk=job.output["document"]).file.open("rb") as file:
        made: bytes = file.read()
    return made
