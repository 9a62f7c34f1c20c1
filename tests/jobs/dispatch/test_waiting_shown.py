"""The reason why a job is waiting, in lists, in the admin and on the command line."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs.dispatch import pauses, waiting
from jobs.models import Job
from jobs.models.pauses import PauseScope
from jobs.redis import heartbeats
from jobs.redis.client import get_client
from tests.jobs.dispatch.line import claim_next, submit
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _worker() -> Iterator[None]:
    get_client().flushdb()
    heartbeats.record_worker("worker@here", ["default"], 2, ["echo", "splitting", "two_at_once"])
    yield
    get_client().flushdb()


def submit_for_each_reason(owner: Person) -> dict[str, Job]:
    """Submit jobs; return one that waits for each reason, except `parts` and `retry`."""
    limited = [submit(owner, type="two_at_once") for _ in range(3)]
    while claim_next("two_at_once"):
        pass
    parent = submit(owner)
    jobs = {
        "limit": limited[2],
        "position": parent,
        "dependencies": submit(owner, depends_on=(parent.pk,)),
        "run_at": submit(owner, run_at=timezone.now() + timedelta(hours=1)),
        "paused": submit(owner, type="snoozing"),
        "no_worker": submit(owner, type="gathering"),
    }
    pauses.pause(PauseScope.TYPE, "snoozing", actor="olga")
    return {reason: Job.objects.get(pk=job.pk) for reason, job in jobs.items()}


def read_list(owner: Person) -> dict[str, Any]:
    results = owner.client.get("/api/v1/jobs?limit=200").json()["results"]
    return {job["id"]: job["waiting_for"] for job in results}


def test_a_list_shows_the_reason_of_each_job(owner: Person) -> None:
    jobs = submit_for_each_reason(owner)
    shown = read_list(owner)
    assert {reason: shown[str(job.pk)]["reason"] for reason, job in jobs.items()} == {
        reason: reason for reason in jobs
    }
    assert shown[str(jobs["dependencies"].pk)]["jobs"] == [str(jobs["position"].pk)]
    assert len(shown[str(jobs["limit"].pk)]["limit"]["jobs"]) == 2
    running = Job.objects.filter(state="running")[0]
    assert shown[str(running.pk)] is None


def test_a_list_runs_as_many_statements_for_many_jobs_as_for_few(owner: Person) -> None:
    submit_for_each_reason(owner)
    read_list(owner)
    with CaptureQueriesContext(
        connection,
    ) as few:
        read_list(owner)
    Job.objects.filter(state="running").update(state="completed")
    for _ in range(5):
        submit_for_each_reason(owner)
    with CaptureQueriesContext(connection) as many:
        read_list(owner)
    assert len(many) == len(few)


def test_a_list_and_a_single_job_agree(owner: Person) -> None:
    jobs = submit_for_each_reason(owner)
    several = waiting.explain_waits(jobs.values())
    for reason, job in jobs.items():
        alone = waiting.explain_wait(job)
        assert alone is not None
        assert alone.reason == several[job.pk].reason == reason
        assert (alone == several[job.pk]) == (reason != "position")


def test_a_type_that_no_worker_of_the_queue_has_is_named(owner: Person) -> None:
    found = waiting.explain_wait(submit(owner, type="gathering"))
    assert found is not None
    assert (found.reason, "gathering" in found.message) == ("no_worker", True)
    heartbeats.record_worker("worker@new", ["default"], 1, ["gathering"])
    found = waiting.explain_wait(submit(owner, type="gathering"))
    assert found is not None
    assert found.reason == "position"


def test_the_admin_shows_the_reason(owner: Person, client: Client) -> None:
    owner.user.is_staff = owner.user.is_superuser = True
    owner.user.save()
    client.force_login(owner.user)
    job = submit(owner, type="gathering")
    page = client.get(f"/admin/jobs/job/{job.pk}/change/").content.decode()
    assert "has the job type gathering" in page


def test_the_command_shows_the_reason(owner: Person) -> None:
    jobs = submit_for_each_reason(owner)
    table, shown, listed = StringIO(), StringIO(), StringIO()
    call_command("jobs", "list", stdout=table)
    for reason, job in jobs.items():
        [line] = [line for line in table.getvalue().splitlines() if line.startswith(str(job.pk))]
        assert line.endswith(reason)
    call_command("jobs", "show", str(jobs["paused"].pk), stdout=shown)
    assert "The type snoozing is paused by olga." in shown.getvalue()
    call_command("jobs", "list", "--json", stdout=listed)
    assert {job["id"]: job["waiting_for"] for job in json.loads(listed.getvalue())}[
        str(jobs["limit"].pk)
    ]["reason"] == "limit"
