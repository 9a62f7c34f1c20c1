"""A job is not sent again to a client that has its current version."""

import pytest

from jobs import testing
from jobs.api.long_poll import requested_wait
from tests.jobs.api.test_jobs import submit
from tests.people import Person


def test_an_unchanged_job_is_not_sent_again(owner: Person) -> None:
    job = submit(owner)
    path = f"/api/v1/jobs/{job.pk}"
    tag = owner.client.get(path).headers["ETag"]
    again = owner.client.get(path, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    testing.run(job)
    changed = owner.client.get(path, headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["state"]) == (200, "completed")


def test_the_wait_parameter_has_bounds(owner: Person) -> None:
    path = f"/api/v1/jobs/{submit(owner).pk}"
    for wait in ("0", "61", "x", "", "1" * 5000):
        assert owner.client.get(f"{path}?wait={wait}").status_code == 422
    assert owner.client.get(f"{path}?wait=1").status_code == 200


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [("1", 1), ("60", 60), ("61", None), ("0", None), ("1.5", None), ("1" * 5000, None)],
)
def test_an_invalid_wait_is_left_to_the_view(wait: str, seconds: int | None) -> None:
    assert requested_wait({"query_string": f"wait={wait}".encode(), "headers": []}) == seconds


def test_a_job_names_its_dependencies(owner: Person) -> None:
    parents = [str(submit(owner).pk) for _ in range(2)]
    child = submit(owner, depends_on=parents, retention=3600)
    read = owner.client.get(f"/api/v1/jobs/{child.pk}").json()
    assert (set(read["depends_on"]), read["batch"]) == (set(parents), None)
    assert child.keep_completed.total_seconds() == child.keep_failed.total_seconds() == 3600


def test_the_typical_duration_is_measured_from_past_jobs(owner: Person, stranger: Person) -> None:
    for _ in range(5):
        testing.run(submit(owner))
    measured = owner.client.get("/api/v1/job-types/echo").json()["typical_seconds"]
    declared = stranger.client.get("/api/v1/job-types/echo").json()["typical_seconds"]
    assert declared == [1.0, 60.0]
    assert 0 < measured[0] <= measured[1]
    assert measured != declared
