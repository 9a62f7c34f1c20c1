"""Jobs over REST."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from jobs import testing
from jobs.models import Job
from tests.people import Person


def submit(person: Person, **body: object) -> Job:
    response = person.client.post("/api/v1/jobs", {"type": "echo", "input": {}, **body}, "json")
    assert response.status_code == 202, response.json()
    return Job.objects.get(pk=response.json()["id"])


def test_a_submission_returns_the_job(owner: Person) -> None:
    response = owner.client.post(
        "/api/v1/jobs",
        {"type": "echo", "input": {"text": "hi"}, "priority": 7, "labels": {"team": "red"}},
        "json",
    )
    job = response.json()
    assert (response.status_code, job["state"], job["progress"]) == (202, "pending", 0)
    assert response.headers["Location"] == job["links"]["self"] == f"/api/v1/jobs/{job['id']}"
    assert int(response.headers["Retry-After"]) >= 1
    assert (job["priority"], job["labels"], job["owner"]) == (7, {"team": "red"}, "olga")
    assert uuid.UUID(job["id"]).version == 7


def test_a_completed_job_has_its_output(owner: Person) -> None:
    job = submit(owner, input={"text": "hi"})
    testing.run(job)
    read = owner.client.get(f"/api/v1/jobs/{job.pk}").json()
    assert (read["state"], read["output"], read["error"]) == ("completed", {"text": "hi"}, None)


def test_a_job_with_a_later_run_at_is_scheduled(owner: Person) -> None:
    later = timezone.now() + timedelta(days=30)
    job = submit(owner, run_at=later.astimezone(ZoneInfo("Europe/Oslo")).isoformat())
    assert (job.state, job.run_at) == ("scheduled", later)


def test_the_log_and_the_steps_are_read(owner: Person) -> None:
    job = submit(owner)
    testing.run(job)
    events = owner.client.get(f"/api/v1/jobs/{job.pk}/events").json()
    assert [event["kind"] for event in events] == ["submitted", "started", "completed"]
    assert owner.client.get(f"/api/v1/jobs/{job.pk}/steps").json() == []


def test_cancel_and_retry_return_the_job(owner: Person) -> None:
    job = submit(owner)
    cancelled = owner.client.post(f"/api/v1/jobs/{job.pk}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    again = owner.client.post(f"/api/v1/jobs/{job.pk}/retry")
    assert (again.status_code, again.json()["state"]) == (202, "pending")
    assert owner.client.post(f"/api/v1/jobs/{job.pk}/retry").status_code == 409


def test_a_list_is_paged_and_filtered(owner: Person) -> None:
    jobs = [submit(owner) for _ in range(3)]
    testing.run(jobs[0])
    first = owner.client.get("/api/v1/jobs?limit=2").json()
    assert [row["id"] for row in first["results"]] == [str(jobs[2].pk), str(jobs[1].pk)]
    rest = owner.client.get(first["next"]).json()
    assert [row["id"] for row in rest["results"]] == [str(jobs[0].pk)]
    done = owner.client.get("/api/v1/jobs?state=completed&state=failed&type=echo").json()
    assert [row["id"] for row in done["results"]] == [str(jobs[0].pk)]


def test_a_teammate_sees_the_job_and_a_stranger_does_not(
    owner: Person, teammate: Person, stranger: Person
) -> None:
    job = submit(owner)
    paths = ["", "/events", "/steps"]
    for path in paths:
        assert teammate.client.get(f"/api/v1/jobs/{job.pk}{path}").status_code == 200
        assert stranger.client.get(f"/api/v1/jobs/{job.pk}{path}").status_code == 404
    for verb in ("cancel", "retry"):
        assert stranger.client.post(f"/api/v1/jobs/{job.pk}/{verb}").status_code == 404
    assert stranger.client.get("/api/v1/jobs").json()["results"] == []
    job.refresh_from_db()
    assert job.state == "pending"


@pytest.mark.django_db
def test_a_request_without_a_key_is_refused() -> None:
    anonymous = APIClient()
    for path in ("jobs", f"jobs/{uuid.uuid4()}", "job-types"):
        response = anonymous.get(f"/api/v1/{path}")
        assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    anonymous.credentials(HTTP_AUTHORIZATION="Bearer cvy_wrong")
    assert anonymous.get("/api/v1/jobs").json()["code"] == "authentication_failed"


def test_a_key_for_reading_cannot_write(owner: Person) -> None:
    owner.user.api_keys.update(scopes=["jobs:read"])
    assert owner.client.get("/api/v1/jobs").status_code == 200
    response = owner.client.post("/api/v1/jobs", {"type": "echo", "input": {}}, "json")
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")


def test_job_types_show_their_schemas(owner: Person) -> None:
    listed = {row["name"] for row in owner.client.get("/api/v1/job-types").json()}
    assert {"echo", "limited"} <= listed
    one = owner.client.get("/api/v1/job-types/echo").json()
    assert one["input_schema"]["properties"]["text"]["type"] == "string"
    assert owner.client.get("/api/v1/job-types/nothing").status_code == 404
