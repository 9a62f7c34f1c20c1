"""With many ended jobs, no operation of dispatch and no list reads the whole table of jobs."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection

from jobs import testing
from jobs.dispatch import run_limits, waiting, window
from jobs.lifecycle import verbs
from jobs.lifecycle.functions import Claim
from jobs.maintenance import expiry, relay, rescue, retention
from jobs.models import Job
from jobs.monitoring import prometheus
from tests.jobs.conftest import LEASE
from tests.jobs.dispatch.line import claim_next, submit
from tests.people import Person

ENDED, PENDING = 10_000, 50
UNIQUE = {"id": "gen_random_uuid()", "created_at": "created_at - number * interval '1 minute'"}
SCANS = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'jobs_job'"
LISTS = [
    "state=completed",
    "state=pending&state=running",
    "type=echo&type=gathering",
    "label.team=a",
    "q=bridge",
    "created_after=2026-01-01T00:00:00Z",
    "subject=x",
]


@pytest.fixture
def many_ended(owner: Person) -> None:
    """Store ended jobs: copies of one, with other labels and dates."""
    ended = testing.run(submit(owner))
    columns = [str(field.column) for field in Job._meta.concrete_fields]
    selected = ", ".join(UNIQUE.get(name, name) for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO jobs_job ({', '.join(columns)}) SELECT {selected} "
            "FROM jobs_job, generate_series(1, %s) AS number WHERE id = %s",
            [ENDED, ended.pk],
        )
    for kind in ("two_at_once", "echo"):
        for _ in range(PENDING):
            submit(owner, type=kind)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE jobs_job")
        cursor.execute("SET LOCAL seq_page_cost = 10")  # plan as for a table ten times as large


def count_scans(operation: Callable[[], object]) -> int:
    def read() -> int:
        with connection.cursor() as cursor:
            cursor.execute(SCANS)
            return int(cursor.fetchone()[0])

    before = read()
    operation()
    return read() - before


def complete_and_claim() -> None:
    job: Job | None = Job.objects.filter(state="running", type="echo")[0]
    for _ in range(9):  # after five calls, PostgreSQL may use a generic plan
        assert job is not None
        claim = Claim(queue=job.queue, type="echo", worker="w", lease=LEASE, known_types=["echo"])
        completed, job = verbs.complete_and_claim(job, {}, claim)
        assert completed


@pytest.mark.django_db
def test_no_operation_scans_the_table_of_jobs(owner: Person, many_ended: None) -> None:
    pending = Job.objects.filter(state="pending", type="echo")[0]
    operations: dict[str, Callable[[], object]] = {
        "submit": lambda: submit(owner, type="limited"),
        "block": lambda: [claim_next("two_at_once") for _ in range(3)],
        "claim": claim_next,
        "complete and claim": complete_and_claim,
        "unblock": lambda: run_limits.unblock(run_limits.find_causes()),
        "fill the window": lambda: window.fill(pending.queue),
        "publish the head": lambda: window.publish_head(pending.queue),
        "rescue a process": lambda: rescue.rescue_process("none", pending.pk, cause=""),
        "rescue": rescue.rescue,
        "relay": relay.relay,
        "expire": expiry.expire,
        "purge": retention.purge,
        "metrics": prometheus.render_metrics,
        "explain a wait": lambda: waiting.explain_wait(Job.objects.get(pk=pending.pk)),
        **{f"list {query}": partial(read_list, owner, query) for query in LISTS},
    }
    scans = {name: count_scans(operation) for name, operation in operations.items()}
    assert scans == dict.fromkeys(operations, 0)


def read_list(owner: Person, query: str) -> object:
    response = owner.client.get(f"/api/v1/jobs?{query}")
    assert response.status_code == 200, response.content
    return response
