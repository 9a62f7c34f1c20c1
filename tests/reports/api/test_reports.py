"""REST API of reports."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from documents.models import Document
from jobs.models import Job
from reports.api.views import DOCX
from reports.models import Report
from tests.people import Person
from tests.reports.conftest import ORDER


def test_a_post_to_reports_submits_a_job(owner: Person) -> None:
    response = owner.client.post("/api/v1/reports", ORDER, "json")
    assert (response.status_code, response.json()["type"]) == (202, "generate_report")
    assert response.headers["Location"].startswith("/api/v1/jobs/")


def test_a_report_is_listed_and_read(owner: Person, report: Report) -> None:
    [listed] = owner.client.get("/api/v1/reports").json()["results"]
    assert (listed["id"], "markdown" in listed) == (str(report.pk), False)
    read = owner.client.get(f"/api/v1/reports/{report.pk}").json()
    assert read["markdown"] == report.markdown


@pytest.mark.parametrize(
    ("wanted", "media_type", "begin"),
    [
        ("pdf", "application/pdf", b"%PDF-"),
        ("md", "text/markdown; charset=utf-8", b"# The bridge"),
        ("docx", DOCX, b"PK"),
        ("html", "text/html; charset=utf-8", b"<!doctype html>"),
    ],
)
def test_a_report_is_exported(
    owner: Person, report: Report, wanted: str, media_type: str, begin: bytes
) -> None:
    response = owner.client.get(f"/api/v1/reports/{report.pk}/export?format={wanted}")
    assert (response.status_code, response.headers["Content-Type"]) == (200, media_type)
    assert response.content.lower().startswith(begin.lower())
    assert response.headers["Content-Disposition"] == f'attachment; filename="the-bridge.{wanted}"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_format_is_refused(owner: Person, report: Report) -> None:
    response = owner.client.get(f"/api/v1/reports/{report.pk}/export?format=exe")
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/format")


def test_a_missing_pdf_is_not_found(owner: Person, report: Report) -> None:
    report.pdf.storage.delete(str(report.pdf.name))
    response = owner.client.get(f"/api/v1/reports/{report.pk}/export?format=pdf")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert "Markdown" in response.json()["detail"]


def test_a_stranger_finds_no_report(stranger: Person, report: Report) -> None:
    for path in ("", "/export?format=md"):
        assert stranger.client.get(f"/api/v1/reports/{report.pk}{path}").status_code == 404
    assert stranger.client.get("/api/v1/reports").json()["results"] == []


@pytest.mark.parametrize("place", ["", "/input"], ids=["reports", "jobs"])
@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"bullet_points": ["x" * 10_300]}, 413, ""),
        ({"bullet_points": []}, 422, ""),
        ({"bullet_points": ["\x01"]}, 422, "/bullet_points/0"),
        ({"bullet_points": [], "prompt": "\x01"}, 422, ""),
        ({"model": "nope"}, 422, "/model"),
        ({"documents": [str(uuid4())]}, 422, "/documents/0"),
        ({"temperature": 3}, 422, "/temperature"),
    ],
)
def test_an_invalid_input_is_refused_with_its_pointer_and_stores_nothing(
    owner: Person, place: str, changes: dict[str, object], status: int, pointer: str
) -> None:
    order = {**ORDER, **changes}
    body = {"type": "generate_report", "input": order} if place else order
    path = "/api/v1/jobs" if place else "/api/v1/reports"
    response = owner.client.post(path, body, "json")
    assert response.status_code == status, response.json()
    assert f"{place}{pointer}" in [fault["pointer"] for fault in response.json()["errors"]]
    assert Job.objects.count() == 0


def test_a_strangers_document_is_not_found(
    owner: Person, stranger: Person, upload: Callable[..., Document]
) -> None:
    theirs = upload(person=stranger)
    response = owner.client.post(
        "/api/v1/reports", {**ORDER, "documents": [str(theirs.pk)]}, "json"
    )
    assert (response.status_code, response.json()["errors"][0]["code"]) == (422, "not_found")


def test_reports_are_found_by_kind_and_decision(owner: Person, report: Report) -> None:
    report.decision = "Repair?"
    report.save()
    for query, found in [
        ("kind=report", 1),
        ("kind=brief", 0),
        ("decision=Repair%3F&kind=report", 1),
        ("decision=repair", 0),
        ("subject=x", 0),
    ]:
        listed = owner.client.get(f"/api/v1/reports?{query}").json()["results"]
        assert len(listed) == found, query
    assert owner.client.get("/api/v1/reports?kind=poem").status_code == 422
    assert owner.client.get("/api/v1/reports?colour=red").status_code == 422
