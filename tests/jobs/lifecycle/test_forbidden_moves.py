"""Every verb in every state: it makes an allowed transition or changes nothing."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db.models.functions import Now

from jobs.errors import WrongState
from jobs.lifecycle import debounce, dependencies, verbs
from jobs.lifecycle.failures import TIMED_OUT
from jobs.models import Job
from jobs.models.states import TRANSITIONS, State
from tests.jobs.conftest import LEASE

VERBS: dict[str, tuple[Callable[[Job], Any], set[State], State]] = {
    "promote": (lambda job: verbs.promote_due(9), {State.SCHEDULED}, State.PENDING),
    "release": (lambda job: dependencies.release(9), {State.WAITING}, State.PENDING),
    "expire": (
        lambda job: verbs.expire_overdue(job.queue, timedelta(days=1), 9),
        {State.PENDING},
        State.FAILED,
    ),
    "claim": (
        lambda job: verbs.claim(job.pk, job.attempt + 1, worker="w", lease=LEASE),
        {State.PENDING},
        State.RUNNING,
    ),
    "complete": (lambda job: verbs.complete(job, {}), {State.RUNNING}, State.COMPLETED),
    "fail": (lambda job: verbs.fail(job, TIMED_OUT), {State.RUNNING}, State.FAILED),
    "back off": (
        lambda job: verbs.back_off(job, TIMED_OUT, wait=LEASE, uncounted=False),
        {State.RUNNING},
        State.SCHEDULED,
    ),
    "snooze": (
        lambda job: verbs.snooze(job, timedelta(0)),
        {State.RUNNING},
        State.SCHEDULED,
    ),
    "split": (lambda job: dependencies.split(job, job.pk), {State.RUNNING}, State.WAITING),
    "hand back": (verbs.hand_back, {State.RUNNING}, State.PENDING),
    "end cancelled": (verbs.end_cancelled, {State.RUNNING}, State.CANCELLED),
    "rescue": (
        lambda job: verbs.rescue(verbs.LEASE_EXPIRED, max_crashes=3, batch=9),
        {State.RUNNING},
        State.PENDING,
    ),
    "overrun": (lambda job: verbs.fail_overrun(9), {State.RUNNING}, State.FAILED),
    "postpone": (
        lambda job: debounce.postpone(job.pk, {}, wait=LEASE),
        {State.SCHEDULED, State.PENDING},
        State.SCHEDULED,
    ),
    "cancel": (
        lambda job: verbs.cancel(job.pk),
        {State.WAITING, State.SCHEDULED, State.PENDING},
        State.CANCELLED,
    ),
    "retry": (lambda job: verbs.retry(job.pk), {State.FAILED, State.CANCELLED}, State.PENDING),
}


def put(job: Job, state: State) -> Job:
    """Put a job into a state by force, with every clock of it run out."""
    Job.objects.filter(pk=job.pk).update(
        state=state,
        run_at=Now() - timedelta(hours=1),
        pending_until=Now(),
        lease_expires_at=Now(),
        running_until=Now(),
    )
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_moves_a_job_only_from_its_own_states(job: Job, verb: str, state: State) -> None:
    do, sources, target = VERBS[verb]
    before = put(job, state).log_number
    try:
        do(job)
    except WrongState:
        assert state not in sources
    job.refresh_from_db()
    assert job.state == (target if state in sources else state)
    moved = job.log_number > before
    assert moved == (state in sources) or (verb, state) == ("cancel", State.RUNNING)


def test_the_verbs_cover_every_allowed_transition() -> None:
    covered = {(source, target) for _, sources, target in VERBS.values() for source in sources}
    covered.remove((State.SCHEDULED, State.SCHEDULED))  # a postponed job gets another time only
    allowed = {(source, target) for source in State for target in TRANSITIONS[source]}
    assert covered <= allowed
    # The release of a job for a later time stands in test_dependencies, and the retry of a job
    # that waits in test_retries.
    assert allowed - covered == {
        (State.WAITING, State.SCHEDULED),
        *product((State.FAILED, State.CANCELLED), (State.WAITING, State.SCHEDULED)),
    }
