"""Jobs over documents, submitted and run."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from documents.models import Document
from jobs import testing
from jobs.lifecycle import verbs
from jobs.models import Job
from tests.people import Person


def submit_documents(type: str, person: Person, *documents: Document, **fields: Any) -> Job:
    """Store a job over documents."""
    ids = [str(document.pk) for document in documents]
    return testing.make(
        type, {"documents": ids, **fields}, owner=person.user, organization=person.organization
    )


def run_again(job: Job) -> Job:
    """Run the next attempt of a job that backs off, without waiting for its time."""
    Job.objects.filter(pk=job.pk).update(run_at=timezone.now() - timedelta(seconds=1))
    verbs.promote_due(9)
    return testing.run(job)
