"""Batches: jobs that are submitted, followed, cancelled and retried together."""

from jobs import testing
from jobs.models import Batch, Job
from tests.jobs.api.test_jobs import submit
from tests.people import Person

GOOD = {"type": "echo", "input": {"text": "x"}}


def test_a_batch_is_followed_as_one(owner: Person, stranger: Person) -> None:
    response = owner.client.post("/api/v1/jobs/batch", {"jobs": [GOOD] * 4}, "json")
    batch = response.json()
    assert (response.status_code, batch["total"], batch["progress"]) == (202, 4, 0)
    assert response.headers["Location"] == batch["links"]["self"]
    testing.run(Job.objects.filter(batch=batch["id"]).earliest("id"))
    read = owner.client.get(batch["links"]["self"]).json()
    assert (read["progress"], read["states"]) == (25, {"completed": 1, "pending": 3})
    assert len(owner.client.get(batch["links"]["jobs"]).json()["results"]) == 4
    assert stranger.client.get(batch["links"]["self"]).status_code == 404
    assert stranger.client.post(batch["links"]["cancel"]).status_code == 404
    assert owner.client.post(batch["links"]["cancel"]).json()["states"] == {
        "completed": 1,
        "cancelled": 3,
    }


def test_a_batch_is_stored_completely_or_not_at_all(owner: Person) -> None:
    jobs = [GOOD, {**GOOD, "type": "nope"}, {**GOOD, "input": {"text": 1}}]
    response = owner.client.post("/api/v1/jobs/batch", {"jobs": jobs}, "json")
    pointers = {fault["pointer"] for fault in response.json()["errors"]}
    assert (response.status_code, pointers) == (422, {"/jobs/1/type", "/jobs/2/input/text"})
    for jobs in ([], [GOOD] * 1001):
        response = owner.client.post("/api/v1/jobs/batch", {"jobs": jobs}, "json")
        assert response.status_code == 422
    assert (Job.objects.count(), Batch.objects.count()) == (0, 0)


def test_a_batch_of_a_thousand_jobs_is_accepted(owner: Person) -> None:
    jobs = [{**GOOD, "input": {"text": "x" * 2000}}] * 1000
    response = owner.client.post("/api/v1/jobs/batch", {"jobs": jobs}, "json")
    assert (response.status_code, Job.objects.count()) == (202, 1000)


def test_failed_jobs_are_retried_together(
    owner: Person, teammate: Person, stranger: Person
) -> None:
    for person in (owner, owner, stranger):
        testing.run(submit(person, type="failing", input={"error": "invalid_input"}))
    submit(owner)
    url = "/api/v1/jobs/retry"
    for query in ("", "?state=completed", "?state=failed&state=pending"):
        assert owner.client.post(url + query).status_code == 422
    response = owner.client.post(url + "?state=failed&type=failing")
    assert (response.status_code, response.json()) == (200, {"retried": 2, "left": 0})
    assert Job.objects.filter(state="failed").count() == 1
