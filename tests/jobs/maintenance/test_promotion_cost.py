"""What a promotion reads does not grow with the number of jobs that are due, or for later."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from jobs.lifecycle import verbs
from jobs.models import Job
from jobs.submission.submit import JobOptions, JobRequest, submit_batch
from tests.people import Person

pytestmark = pytest.mark.django_db
JOBS = 1000
MAX_ROWS_READ = 25
"""Per promoted job. Those of the batch are read twice, and a few to find its place in line."""


def rows_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_xact_user_tables "
            "WHERE relname = 'jobs_job'"
        )
        [number] = cursor.fetchone()
    return int(number)


def test_a_promotion_reads_few_rows(owner: Person) -> None:
    later = JobOptions(run_at=timezone.now() + timedelta(hours=1))
    request = JobRequest(type="echo", input={}, options=later)
    for _ in range(3):
        batch = submit_batch([request] * JOBS, owner=owner.user, organization=owner.organization)
    Job.objects.filter(batch=batch).update(run_at=Now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE jobs_job")  # the planner knows of no pending job
    before = rows_read()
    promoted = 0
    while moved := len(verbs.promote_due(200)):
        promoted += moved
    assert promoted == JOBS
    assert rows_read() - before < MAX_ROWS_READ * JOBS
