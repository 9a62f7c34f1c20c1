"""An input is taken as it is described: what its type does not convert is not converted for it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from pydantic import BaseModel

from jobs import registry
from jobs.models import Job
from tests.people import Person


class Weight(BaseModel, extra="forbid"):
    """Of a parcel, and when it was taken."""

    grams: float
    amount: Decimal = Decimal(1)
    taken: date | None = None


class Forgiving(Weight, strict=False):
    """One whose author would rather guess."""


def status(
    owner: Person, model: type[BaseModel], told: object, monkeypatch: pytest.MonkeyPatch
) -> int:
    declared = replace(registry.get("echo"), name="parcel", input=model)
    monkeypatch.setitem(registry._types, "parcel", declared)
    answer = owner.client.post("/api/v1/jobs", {"type": "parcel", "input": told}, "json")
    assert Job.objects.count() == (answer.status_code == 202)
    return int(answer.status_code)


@pytest.mark.parametrize(
    ("told", "strictly", "forgivingly"),
    [
        ({"grams": 5}, 202, 202),
        ({"grams": 5.5, "amount": "2.50", "taken": "2026-03-01"}, 202, 202),
        ({"grams": "5"}, 422, 202),
        ({"grams": False}, 422, 202),
        ({"grams": 5, "taken": 1767225600}, 422, 202),
        ({"grams": "heavy"}, 422, 422),
    ],
)
def test_what_the_description_forbids_is_refused_unless_the_model_says_otherwise(
    owner: Person,
    told: object,
    strictly: int,
    forgivingly: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert status(owner, Weight, told, monkeypatch) == strictly
    Job.objects.all().delete()
    assert status(owner, Forgiving, told, monkeypatch) == forgivingly
