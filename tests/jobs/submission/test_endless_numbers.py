"""NaN and infinity, which pydantic accepts and JSON does not know, are refused."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel

from jobs import registry
from jobs.errors import InvalidSubmission
from jobs.models import Job
from jobs.submission.submit import submit_job
from tests.people import Person


class Waits(BaseModel, extra="forbid"):
    """An input that is not strict: pydantic makes numbers of words."""

    seconds: list[float]


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = replace(registry.get("echo"), name="waiting", input=Waits)
    monkeypatch.setitem(registry._types, "waiting", waiting)


@pytest.mark.parametrize("word", ["inf", "-Infinity", "nan"])
def test_a_word_for_nan_or_infinity_is_refused(owner: Person, word: str) -> None:
    body = {"type": "waiting", "input": {"seconds": [1.5, word]}}
    response = owner.client.post("/api/v1/jobs", body, "json")
    assert response.status_code == 422
    assert [fault["pointer"] for fault in response.json()["errors"]] == ["/input/seconds/1"]
    assert Job.objects.count() == 0


def test_nan_and_infinity_from_python_are_refused(owner: Person) -> None:
    mine: Any = {"owner": owner.user, "organization": owner.organization}
    with pytest.raises(InvalidSubmission, match="/input/seconds/0"):
        submit_job("waiting", {"seconds": [float("inf")]}, **mine)
    assert Job.objects.count() == 0
