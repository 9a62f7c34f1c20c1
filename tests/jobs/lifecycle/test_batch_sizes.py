"""A verb for many jobs moves no more than its batch, whatever plan PostgreSQL chooses."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jobs import registry
from jobs.dispatch import publish
from jobs.lifecycle import functions, verbs
from jobs.models import Job
from jobs.models.states import State
from tests.jobs.dispatch.line import submit
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)
PLANS = {
    "as it is": [],
    "nested loops": ["enable_hashjoin", "enable_mergejoin", "enable_hashagg", "enable_sort"],
    "no indexes": ["enable_indexscan", "enable_bitmapscan", "enable_indexonlyscan"],
}


@pytest.fixture(params=PLANS)
def plan(request: pytest.FixtureRequest) -> Iterator[None]:
    with connection.cursor() as cursor:
        for option in PLANS[request.param]:
            cursor.execute(f"SET {option} = off")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ALL")


@pytest.mark.usefixtures("plan")
def test_promotions_stop_at_the_batch(owner: Person) -> None:
    for _ in range(20):
        submit(owner, run_at=timezone.now() + timedelta(hours=1))
    Job.objects.update(run_at=timezone.now())
    assert len(verbs.promote_due(7)) == 7
    assert Job.objects.filter(state=State.PENDING).count() == 7


@pytest.mark.usefixtures("plan")
def test_a_window_takes_no_more_than_its_size(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "is_broken", lambda: True)
    for _ in range(20):
        submit(owner)
    queue = registry.get("echo").queue
    assert len(functions.fill_window(queue, registry.names(), 7)) == 7
    assert Job.objects.filter(published_at__isnull=False).count() == 7
