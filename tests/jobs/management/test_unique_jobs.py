"""`manage.py jobs submit` with `--unique` and `--debounce`."""

from datetime import timedelta

import pytest
from django.core.management.base import CommandError

from jobs.models import Job
from jobs.models.states import State
from tests.jobs.management.test_jobs import run
from tests.people import Person

pytestmark = pytest.mark.django_db


def submit(*words: str) -> str:
    return run("submit", "echo", "text=hi", *words)[1].strip()


def test_the_same_input_or_key_returns_the_existing_job(owner: Person) -> None:
    assert submit("--unique") == submit("--unique")
    assert submit("--unique", "k") == submit("--unique", "k")
    assert Job.objects.count() == 2


def test_a_job_before_the_period_does_not_count(owner: Person) -> None:
    first = submit("--unique", "k", "--unique-period=3600")
    Job.objects.update(state=State.COMPLETED)
    assert submit("--unique", "k", "--unique-period=3600") == first
    Job.objects.update(created_at=Job.objects.get().created_at - timedelta(hours=2))
    assert submit("--unique", "k", "--unique-period=3600") != first


def test_a_debounced_job_waits_for_the_next_submission(owner: Person) -> None:
    first = submit("--debounce", "k", "60")
    assert run("submit", "echo", "text=new", "--debounce", "k", "60")[1].strip() == first
    job = Job.objects.get()
    assert (job.state, job.input) == (State.SCHEDULED, {"text": "new"})


@pytest.mark.parametrize("words", [["--unique-period=60"], ["--debounce", "k", "soon"]])
def test_wrong_usage_is_explained(owner: Person, words: list[str]) -> None:
    with pytest.raises(CommandError, match=r"needs --unique|not a number of seconds"):
        submit(*words)
