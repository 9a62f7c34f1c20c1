"""Random histories of one job on two interleaved sessions, with superseded attempts."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.strategies import integers, sampled_from

from jobs import testing
from jobs.attempt import fenced_writes, steps
from jobs.lifecycle import debounce, dependencies, verbs
from jobs.lifecycle.eventlog import Sql, replay
from jobs.lifecycle.failures import TIMED_OUT
from jobs.models import Job
from jobs.models.states import TERMINAL, TRANSITIONS, Event, State
from jobs.models.tenants import Organization
from tests.jobs.conftest import LEASE
from tests.jobs.lifecycle.test_eventlog import row
from tests.jobs.sessions import Session, overlap
from tests.long_runs import size
from tests.people import Person, make_person

NOW = timedelta(0)
WRITES: dict[str, Callable[[Job], Any]] = {
    "renew": lambda job: fenced_writes.renew_lease(job, LEASE),
    "progress": lambda job: fenced_writes.store_progress(job, 50, "half"),
    "step": lambda job: steps.begin(job, "only") and steps.finish(job, "only", job.attempt),
    "complete": lambda job: verbs.complete(job, {"attempt": job.attempt}),
    "fail": lambda job: verbs.fail(job, TIMED_OUT),
    "back off": lambda job: verbs.back_off(job, TIMED_OUT, wait=NOW, uncounted=False),
    "snooze": lambda job: verbs.snooze(job, NOW),
    "split": lambda job: dependencies.split(job, job.pk),
    "hand back": verbs.hand_back,
    "end cancelled": verbs.end_cancelled,
}
"""What an attempt may do, whether or not it still has the job."""
a_write = sampled_from(sorted(WRITES))


class LifecycleMachine(RuleBasedStateMachine):
    """Each rule does two things, the second while the transaction of the first is open."""

    person: ClassVar[Person]
    sessions: ClassVar[tuple[Session, Session]]

    @initialize()
    def submit(self) -> None:
        """Begin with a pending job."""
        self.claims: list[Job] = []
        self.job = testing.make(
            "echo", {"text": "x"}, owner=self.person.user, organization=self.person.organization
        )

    def overlap(self, work: Callable[[], Any], late: Callable[[], Any]) -> tuple[Any, Any]:
        """Do two things, interleaved."""
        return overlap(*self.sessions, work, late)

    @rule()
    def two_workers_claim(self) -> None:
        """Let two workers with the right message claim: one at most gets the job."""
        attempt = Job.objects.values_list("attempt", flat=True).get(pk=self.job.pk) + 1

        def claim() -> Job | None:
            return verbs.claim(self.job.pk, attempt, worker="w", lease=LEASE)

        got = [job for job in self.overlap(claim, claim) if job is not None]
        assert len(got) <= 1
        self.claims += got

    @rule(first=a_write, second=a_write, ghost=integers(0, 20))
    def attempts_write(self, first: str, second: str, ghost: int) -> None:
        """Let the newest attempt and any earlier one write."""
        if not self.claims:
            return
        newest, other = self.claims[-1], self.claims[ghost % len(self.claims)]
        _, written = self.overlap(lambda: WRITES[first](newest), lambda: WRITES[second](other))
        if other.attempt < newest.attempt:
            assert not written, "a ghost's write was accepted"

    @rule(write=a_write)
    def the_reaper_comes_while_it_writes(self, write: str) -> None:
        """Let a lease run out while the attempt writes: one of the two is in time."""
        self.two_workers_claim()
        if not self.claims:
            return
        newest = self.claims[-1]
        lost = Sql("id = %s AND attempt = %s", (newest.pk, newest.attempt))
        self.overlap(
            lambda: verbs.rescue(lost, max_crashes=3, batch=1),
            lambda: WRITES[write](newest),
        )

    @rule()
    def it_is_postponed_while_a_worker_claims(self) -> None:
        """Let a debounced submission and a worker want it: a started job is not postponed."""
        attempt = Job.objects.values_list("attempt", flat=True).get(pk=self.job.pk) + 1
        postponed, got = self.overlap(
            lambda: debounce.postpone(self.job.pk, {"text": "y"}, wait=NOW),
            lambda: verbs.claim(self.job.pk, attempt, worker="w", lease=LEASE),
        )
        assert not postponed or attempt == 1
        self.claims += [got] if got is not None else []

    @rule()
    def two_people_cancel(self) -> None:
        """Let two people cancel."""

        def cancel() -> Job | None:
            return verbs.cancel(self.job.pk)

        self.overlap(cancel, cancel)

    @rule()
    def it_is_retried_while_the_relay_comes_by(self) -> None:
        """Let somebody retry it, where it can be retried, while the relay promotes and releases."""

        def retry() -> None:
            if Job.objects.filter(pk=self.job.pk, state__in=["failed", "cancelled"]).exists():
                verbs.retry(self.job.pk)

        self.overlap(retry, lambda: (verbs.promote_due(10), dependencies.release(10)))

    @rule()
    def it_is_split_and_two_relays_wake_it(self) -> None:
        """Let the newest attempt leave its work to parts, which have ended: one relay wakes it."""
        self.two_workers_claim()
        if self.claims:
            dependencies.split(self.claims[-1], self.job.pk)
        woken = self.overlap(lambda: dependencies.release(10), lambda: dependencies.release(10))
        assert sum(map(len, woken)) <= 1

    @invariant()
    def the_log_tells_the_row(self) -> None:
        """Check that the log has no gap, makes only allowed moves, and replays to the row."""
        events = list(self.job.events.all())
        assert [event.number for event in events] == list(range(1, len(events) + 1))
        for before, after in pairwise(events):
            moved = before.state != after.state
            assert not moved or after.state in TRANSITIONS[State(before.state)]
            assert after.attempt == before.attempt + (after.kind == Event.STARTED)
        self.job.refresh_from_db()
        replayed = replay(events)
        assert (replayed["state"], replayed["attempt"]) == (self.job.state, self.job.attempt)
        assert set(replayed) == set(row(self.job))

    @invariant()
    def a_lease_is_held_by_a_running_job_alone(self) -> None:
        """Check that what rests has no lease, and that what has ended says when."""
        running, ended = self.job.state == State.RUNNING, self.job.state in TERMINAL
        assert (self.job.lease_expires_at is not None) == running
        assert (self.job.finished_at is not None) == ended == (self.job.expires_at is not None)
        assert self.job.crashes < 3 or self.job.state in (State.FAILED, State.CANCELLED)


@pytest.mark.django_db(transaction=True)
def test_a_random_history_keeps_the_invariants() -> None:
    LifecycleMachine.person = make_person(
        "olga", Organization.objects.create(name="Acme", slug="acme")
    )
    LifecycleMachine.sessions = (Session(), Session())
    case = LifecycleMachine.TestCase
    # A failure prints the history, and how to repeat it.
    case.settings = settings(
        max_examples=size(12, full=60),
        stateful_step_count=25,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    try:
        case("runTest").runTest()
        assert Job.objects.filter(events__kind="rescued").exists()
        assert Job.objects.filter(events__kind="released").exists()
    finally:
        for session in LifecycleMachine.sessions:
            session.close()
