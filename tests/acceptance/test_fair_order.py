"""With real workers: a flood of one organization delays no other."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acceptance.installation import Installation
from tests.programs import run
from tests.waiting import until

FLOOD = 120
PROCESSES = 2
TYPES = ["stepping"] * 5 + ["echo"] * 4
"""Of the single jobs of the others: some have the type of the flood, and some another one."""
MAKE_ORGANIZATIONS = f"""
from django.contrib.auth.models import User
from jobs.models import Membership, Organization
from jobs.models.tenants import create_api_key
for n in range({len(TYPES)}):
    user = User.objects.create_user(f"fair-{{n}}")
    organization = Organization.objects.create(name=f"Fair {{n}}", slug=f"fair-{{n}}")
    Membership.objects.create(user=user, organization=organization)
    print(create_api_key(user, organization, name="test")[1])
"""


@pytest.fixture(scope="module")
def clients(installation: Installation) -> Iterator[list[httpx.Client]]:
    keys = run(
        sys.executable,
        *("manage.py", "shell", "--no-imports", "-c", MAKE_ORGANIZATIONS),
        **installation.process_environment,
    ).split()
    url = f"{installation.url}/api/v1"
    made = [
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60)
        for key in keys
    ]
    yield made
    for client in made:
        client.close()


def make_body(type: str, ledger: Path) -> dict[str, Any]:
    work = {"ledger": str(ledger), "steps": 1, "pause": 0.1}
    return {"type": type, "input": {} if type == "echo" else work, "priority": 8}


def submit_flood(installation: Installation, ledger: Path) -> str:
    jobs = [make_body("stepping", ledger)] * FLOOD
    response = installation.http.post("/jobs/batch", json={"jobs": jobs})
    assert response.status_code == 202, response.text
    return str(response.json()["id"])


def submit(client: httpx.Client, type: str, ledger: Path) -> str:
    response = client.post("/jobs", json=make_body(type, ledger))
    assert response.status_code == 202, response.text
    return str(response.json()["id"])


def wait_for_start(client: httpx.Client, job_id: str) -> dict[str, Any]:
    def started() -> dict[str, Any] | None:
        job = dict(client.get(f"/jobs/{job_id}").json())
        return job if job["started_at"] else None

    return until(started, what="the start of a job")


def test_each_single_job_starts_within_two_job_lengths_of_a_flood(
    installation: Installation, clients: list[httpx.Client], ledger: Path
) -> None:
    batch = submit_flood(installation, ledger)
    singles = [
        (client, submit(client, name, ledger)) for client, name in zip(clients, TYPES, strict=True)
    ]
    jobs = [wait_for_start(client, job_id) for client, job_id in singles]
    flood = installation.http.get("/jobs", params={"batch": batch, "limit": 200}).json()["results"]
    starts = [job["started_at"] for job in flood if job["started_at"]]
    assert len(flood) == FLOOD
    assert len(starts) < FLOOD, "the flood was over before it could delay anybody"
    for job in jobs:
        started_before = sum(job["created_at"] < at < job["started_at"] for at in starts)
        assert started_before <= 2 * PROCESSES
