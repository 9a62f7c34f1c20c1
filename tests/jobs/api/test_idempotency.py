"""A repeated POST with one idempotency key gets the first response and runs once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models.functions import Now
from django.urls import URLPattern, URLResolver, get_resolver

from documents.models import Document
from jobs.maintenance import retention
from jobs.models import IdempotencyRecord, Job
from jobs.models.idempotency import REPLAY_PERIOD
from jobs.models.tenants import Organization
from tests.people import Person, make_person

BODY: dict[str, Any] = {"type": "echo", "input": {"text": "x"}}


def post(person: Person, key: str, body: Any = BODY, path: str = "jobs") -> Any:
    return person.client.post(f"/api/v1/{path}", body, "json", headers={"Idempotency-Key": key})


def test_a_repeated_request_gets_the_first_response(owner: Person) -> None:
    first, second = post(owner, "k"), post(owner, "k", dict(reversed(BODY.items())))
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.content == second.content
    assert second.headers["Location"] == first.headers["Location"]
    assert (first.headers.get("Idempotency-Replayed"), second.headers["Idempotency-Replayed"]) == (
        None,
        "true",
    )
    assert Job.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(owner: Person) -> None:
    post(owner, "k")
    response = post(owner, "k", {**BODY, "priority": 1})
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert post(owner, "k", path="reports").status_code == 422
    assert Job.objects.count() == 1


def test_each_caller_has_their_own_keys(owner: Person, teammate: Person, stranger: Person) -> None:
    assert len({post(person, "k").json()["id"] for person in (owner, teammate, stranger)}) == 3


def test_a_refused_request_may_be_corrected_under_its_key(owner: Person) -> None:
    assert post(owner, "k", {"type": "nope", "input": {}}).status_code == 422
    assert IdempotencyRecord.objects.count() == 0
    assert post(owner, "k").status_code == 202


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "é"])
def test_an_invalid_key_is_refused(owner: Person, key: str) -> None:
    assert post(owner, key).status_code == 400
    assert Job.objects.count() == 0


def test_a_repeated_cancel_runs_once(owner: Person) -> None:
    job = post(owner, "submit").json()["id"]
    for _ in range(2):
        assert post(owner, "stop", {}, f"jobs/{job}/cancel").status_code == 202
    assert Job.objects.get().log_number == 2


def test_an_upload_is_identified_by_its_content(owner: Person) -> None:
    def upload(text: bytes) -> Any:
        files = {"files": SimpleUploadedFile("a.txt", text, "text/plain")}
        return owner.client.post("/api/v1/documents", files, headers={"Idempotency-Key": "k"})

    first, again = upload(b"one page"), upload(b"one page")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert Document.objects.get().size == len(b"one page")
    assert upload(b"another page").status_code == 422


@pytest.mark.django_db(transaction=True)
def test_one_of_several_parallel_requests_runs() -> None:
    person = make_person("olga", Organization.objects.create(name="Acme", slug="acme"))
    start = Barrier(6)

    def ask(_: int) -> int:
        start.wait()
        try:
            return int(post(person, "k").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        found = set(threads.map(ask, range(6)))
    assert found <= {202, 409}
    assert Job.objects.count() == 1
    assert post(person, "k").headers["Idempotency-Replayed"] == "true"


@pytest.mark.django_db(transaction=True)
def test_a_crash_leaves_neither_job_nor_key(monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_person("olga", Organization.objects.create(name="Acme", slug="acme"))
    with monkeypatch.context() as broken:
        broken.setattr(IdempotencyRecord.objects.__class__, "create", _die)
        assert post(person, "k").status_code == 500
    assert Job.objects.count() == 0
    assert post(person, "k").status_code == 202


def test_a_key_expires_after_a_day(owner: Person) -> None:
    post(owner, "k")
    IdempotencyRecord.objects.update(created_at=Now() - REPLAY_PERIOD - timedelta(seconds=1))
    assert "Idempotency-Replayed" not in post(owner, "k").headers
    IdempotencyRecord.objects.update(created_at=Now() - REPLAY_PERIOD)
    retention.purge()
    assert IdempotencyRecord.objects.count() == 0


def test_every_view_with_post_supports_keys() -> None:
    views = _views(get_resolver("config.urls").url_patterns)
    handlers = [handler for view in views if (handler := _post_handler(view))]
    assert len(handlers) >= 3
    assert [handler for handler in handlers if not hasattr(handler, "is_idempotent")] == []


def _views(patterns: list[URLPattern | URLResolver]) -> list[Any]:
    found: list[Any] = []
    for one in patterns:
        found += _views(one.url_patterns) if isinstance(one, URLResolver) else [one.callback]
    return [view for view in found if hasattr(view, "cls")]


def _post_handler(view: Any) -> Any:
    actions = getattr(view, "actions", None) or {}
    return getattr(view.cls, actions.get("post", "post"), None)


def _die(*_: Any, **__: Any) -> None:
    raise RuntimeError("the process is gone")
