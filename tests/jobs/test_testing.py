"""`jobs.testing` runs a job in a test, without workers."""

import pytest

from jobs import testing
from jobs.errors import InvalidSubmission
from jobs.models.states import State
from tests.people import Person


def test_a_retried_job_runs_again(owner: Person) -> None:
    job = testing.make(
        "failing",
        {"times": 1, "error": "transient"},
        owner=owner.user,
        organization=owner.organization,
    )
    once = testing.run(job)
    assert (once.state, once.attempt) == (State.SCHEDULED, 1)
    again = testing.run(once)
    assert (again.state, again.attempt) == (State.COMPLETED, 2)
    assert testing.run(again).attempt == 2


def test_a_refused_input_raises_its_faults(owner: Person) -> None:
    with pytest.raises(InvalidSubmission, match="/input/surprise: Extra inputs"):
        testing.make("echo", {"surprise": 1}, owner=owner.user, organization=owner.organization)
