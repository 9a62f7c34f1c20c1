"""Filters, search and summary of the list of jobs."""

from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict

from jobs import testing
from jobs.api.filters import filter_jobs
from jobs.models import Job
from tests.jobs.api.test_jobs import submit
from tests.people import Person


def found(person: Person, query: str) -> set[str]:
    response = person.client.get(f"/api/v1/jobs?{query}")
    assert response.status_code == 200, response.json()
    return {row["id"] for row in response.json()["results"]}


@pytest.fixture
def jobs(owner: Person) -> dict[str, str]:
    """Give three jobs: one that failed, one with labels, one about a bridge."""
    failed = submit(owner, type="failing", input={"error": "invalid_input"})
    testing.run(failed)
    labelled = submit(owner, labels={"team": "red", "v": "1.2"})
    about = submit(owner, subject="bridge")
    Job.objects.filter(pk=about.pk).update(message="Reading the harbour plan")
    return {"failed": str(failed.pk), "labelled": str(labelled.pk), "about": str(about.pk)}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("label.team=red", {"labelled"}),
        ("label.team=red&label.v=1.2", {"labelled"}),
        ("label.team=blue", set()),
        ("subject=bridge", {"about"}),
        ("q=harbour", {"about"}),
        ("q=no+such+company", {"failed"}),
        ("q=red", {"labelled"}),
        ("q=team", {"labelled"}),
        ("q=harbour+or+red", {"about", "labelled"}),
        ("q=-harbour", {"failed", "labelled"}),
        ("finished_after=2020-01-01T00:00:00Z", {"failed"}),
        ("finished_before=2020-01-01T00:00:00Z", set()),
        ("q=company&state=failed&type=failing", {"failed"}),
    ],
)
def test_a_filter_finds_its_jobs(
    owner: Person, jobs: dict[str, str], query: str, names: set[str]
) -> None:
    assert found(owner, query) == {jobs[name] for name in names}


@pytest.mark.parametrize(
    "query",
    [
        *("q=%00", "type=%00", "label.a%20b=c", "batch=7", "created_after=2026-01-01T00:00:00"),
        *("label.a=b&label.a=c", "subject=a&subject=b", "limit=1&limit=2"),
    ],
)
def test_an_invalid_filter_is_refused(owner: Person, query: str) -> None:
    assert owner.client.get(f"/api/v1/jobs?{query}").status_code == 422


@pytest.mark.parametrize("cursor", ["cD1hYmM=", "cD0yMDI2LTk5LTk5", "bz05OTk5OTk5OTk5", "%00"])
def test_an_invalid_cursor_is_no_server_error(owner: Person, cursor: str) -> None:
    submit(owner)
    assert owner.client.get(f"/api/v1/jobs?cursor={cursor}").status_code in (200, 404, 422)


def test_a_summary_has_counts_and_durations(
    owner: Person, jobs: dict[str, str], stranger: Person
) -> None:
    testing.run(Job.objects.get(pk=jobs["about"]))
    read = owner.client.get("/api/v1/jobs/summary").json()
    assert (read["total"], read["success_rate"]) == (3, 0.5)
    assert read["states"] == {"failed": 1, "completed": 1, "pending": 1}
    assert 0 <= read["duration_seconds"]["p50"] <= read["duration_seconds"]["p95"]
    assert read["types"]["failing"] == {
        "total": 1,
        "states": {"failed": 1},
        "success_rate": 0.0,
        "duration_seconds": {"p50": None, "p95": None},
    }
    assert owner.client.get("/api/v1/jobs/summary?state=failed").json()["total"] == 1
    assert stranger.client.get("/api/v1/jobs/summary").json()["total"] == 0


def test_a_search_uses_the_index(owner: Person, jobs: dict[str, str]) -> None:
    Job.objects.bulk_create(_copies(Job.objects.get(pk=jobs["failed"]), 2000))
    with connection.cursor() as sql:
        sql.execute("ANALYZE jobs_job")
    for query, index in (("q=harbour", "job_ended_words"), ("label.a=b", "job_ended_labels")):
        found = filter_jobs(Job.objects.of(owner.organization).order_by(), QueryDict(query))
        assert f"Bitmap Index Scan on {index}" in found.explain()


def _copies(job: Job, number: int) -> list[Job]:
    columns: dict[str, Any] = {
        field.attname: getattr(job, field.attname)
        for field in Job._meta.concrete_fields
        if field.name != "id"
    }
    return [Job(**columns) for _ in range(number)]
