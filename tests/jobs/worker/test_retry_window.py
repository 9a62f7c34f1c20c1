"""How long rate-limited attempts are uncounted: from the first attempt, not from submission."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F

from jobs import testing
from jobs.lifecycle import verbs
from jobs.models import Job
from jobs.models.states import Event, State
from jobs.retry_policy import RetryPolicy

OVER = RetryPolicy.retry_window + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("waited", "tried", "uncounted"),
    [
        (timedelta(0), timedelta(0), True),
        (OVER, timedelta(0), True),
        (OVER, OVER, False),
    ],
    ids=["new job", "waited in line", "rate-limited for an hour"],
)
def test_the_window_begins_with_the_first_attempt(
    make_job: Callable[..., Job], waited: timedelta, tried: timedelta, uncounted: bool
) -> None:
    job = make_job("failing", error="rate_limited")
    Job.objects.filter(pk=job.pk).update(created_at=F("created_at") - waited)
    testing.run(job)
    job.events.filter(kind=Event.STARTED).update(at=F("at") - tried)
    again = testing.run(job)
    assert again.events.latest("number").data["uncounted"] is uncounted


def test_an_explicit_retry_begins_a_new_window(make_job: Callable[..., Job]) -> None:
    job = make_job("failing", error="rate_limited")
    for _ in range(3):
        testing.run(job)
        job.events.filter(kind=Event.STARTED).update(at=F("at") - OVER)
    job.refresh_from_db()
    while job.state != State.FAILED:
        job = testing.run(job)
    verbs.retry(job.pk)
    assert testing.run(job).events.latest("number").data["uncounted"] is True
