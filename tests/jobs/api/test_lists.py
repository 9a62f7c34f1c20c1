"""A list of jobs is small, however large the jobs are."""

from typing import Any

import pytest

from jobs import testing
from tests.jobs.api.test_jobs import submit
from tests.people import Person

pytestmark = pytest.mark.django_db


def listed(person: Person) -> dict[str, Any]:
    [job] = person.client.get("/api/v1/jobs").json()["results"]
    return dict(job)


@pytest.mark.parametrize(("length", "shown"), [(10, True), (100_000, False)])
def test_large_fields_are_read_with_the_single_job_alone(
    owner: Person, length: int, *, shown: bool
) -> None:
    job = testing.run(submit(owner, input={"text": "x" * length}))
    whole = owner.client.get(f"/api/v1/jobs/{job.pk}").json()
    assert (whole["input"]["text"], whole["output"]["text"]) == ("x" * length, "x" * length)
    brief = listed(owner)
    assert (brief["input"] is not None, brief["output"] is not None) == (shown, shown)
    assert {**brief, "input": 0, "output": 0} == {**whole, "input": 0, "output": 0}
