"""The limits of an organization in tests: submissions, and what the REST API returns."""

from typing import Any

from jobs.models import Job, Organization
from jobs.submission.submit import JobOptions, submit_job
from tests.people import Person

RESEARCH = "evidence_search"


def submit(person: Person, type: str = "limited", subject: str = "") -> Job:
    return submit_job(
        type,
        {"query": "piles"} if type == RESEARCH else {"text": "x"},
        owner=person.user,
        organization=person.organization,
        options=JobOptions(subject=subject),
    )


def read(person: Person, path: str = "limits") -> dict[str, Any]:
    response = person.client.get(f"/api/v1/{path}")
    assert response.status_code == 200, response.json()
    found: dict[str, Any] = response.json()
    return found


def in_use(body: dict[str, Any], type: str) -> dict[str, int]:
    return {row["scope"]: row["in_use"] for row in body["limits"] if row["type"] == type}


def sizes(body: dict[str, Any], type: str) -> dict[str, tuple[int, int]]:
    return {
        row["scope"]: (row["size"], row["default"]) for row in body["limits"] if row["type"] == type
    }


def path_of(organization: Organization) -> str:
    return f"organizations/{organization.pk}/limits"
