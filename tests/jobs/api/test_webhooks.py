"""Webhooks over REST."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from jobs import testing
from jobs.models import Delivery, Job, Webhook
from jobs.webhooks import delivery, endpoints
from tests.jobs.webhooks.receiver import Receiver
from tests.people import Person

URL = "https://example.org/hook"


def make(person: Person, **body: object) -> dict[str, Any]:
    response = person.client.post("/api/v1/webhooks", {"url": URL, **body}, "json")
    assert response.status_code == 201, response.json()
    made: dict[str, Any] = response.json()
    return made


def test_a_created_webhook_shows_its_secret_once(owner: Person) -> None:
    made = make(owner, events=["job.failed"], description="ops")
    assert made["secret"].startswith("whsec_")
    assert (made["events"], made["enabled"], made["owner"]) == (["job.failed"], True, "olga")
    read = owner.client.get(f"/api/v1/webhooks/{made['id']}").json()
    assert {**read, "secret": made["secret"]} == made
    [listed] = owner.client.get("/api/v1/webhooks").json()["results"]
    assert listed == read


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "once"}])
def test_a_response_with_a_secret_has_a_location_and_is_not_cached(
    owner: Person, key: dict[str, str]
) -> None:
    response = owner.client.post("/api/v1/webhooks", {"url": URL}, "json", headers=key)
    place = f"/api/v1/webhooks/{response.json()['id']}"
    assert (response.headers["Location"], response.headers["Cache-Control"]) == (place, "no-store")
    rotated = owner.client.post(f"{place}/rotate")
    assert rotated.headers["Cache-Control"] == "no-store"


def test_a_webhook_without_events_gets_all_events(owner: Person) -> None:
    assert len(make(owner)["events"]) == 5


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/url"),
        ({"url": ""}, "/url"),
        ({"url": "http://127.0.0.1/"}, "/url"),
        ({"url": "ftp://example.org"}, "/url"),
        ({"url": URL, "events": []}, "/events"),
        ({"url": URL, "events": ["job.exploded"]}, "/events/0"),
        ({"url": URL, "secret": "mine"}, "/secret"),
        ({"url": URL, "description": 1}, "/description"),
    ],
)
def test_a_bad_webhook_is_refused(owner: Person, body: dict[str, Any], pointer: str) -> None:
    response = owner.client.post("/api/v1/webhooks", body, "json")
    assert response.status_code == 422
    assert pointer in [fault["pointer"] for fault in response.json()["errors"]]
    assert Webhook.objects.count() == 0


def test_a_webhook_is_changed_disabled_and_removed(owner: Person) -> None:
    path = f"/api/v1/webhooks/{make(owner)['id']}"
    changed = owner.client.patch(path, {"events": ["job.failed"], "url": URL + "2"}, "json").json()
    assert (changed["events"], changed["url"], changed["enabled"]) == (
        ["job.failed"],
        URL + "2",
        True,
    )
    off = owner.client.patch(path, {"enabled": False}, "json").json()
    assert (off["enabled"], off["disabled_reason"]) == (False, "Disabled by olga.")
    on = owner.client.patch(path, {"enabled": True}, "json").json()
    assert (on["enabled"], on["disabled_reason"]) == (True, "")
    assert owner.client.patch(path, {"url": "http://10.0.0.1/"}, "json").status_code == 422
    assert owner.client.delete(path).status_code == 204
    assert owner.client.get(path).status_code == 404


def test_a_rotation_shows_the_new_secret(owner: Person) -> None:
    made = make(owner)
    rotated = owner.client.post(f"/api/v1/webhooks/{made['id']}/rotate").json()
    assert rotated["secret"] != made["secret"]
    assert rotated["rotated_at"] is not None


def test_the_number_of_webhooks_is_limited(owner: Person) -> None:
    for _ in range(endpoints.MAX_WEBHOOKS_PER_ORGANIZATION):
        make(owner)
    response = owner.client.post("/api/v1/webhooks", {"url": URL}, "json")
    assert (response.status_code, response.json()["code"]) == (409, "wrong_state")


def test_the_webhook_for_urls_of_jobs_takes_no_url_of_its_own(owner: Person) -> None:
    owner.client.post("/api/v1/jobs", {"type": "echo", "input": {}, "webhook_url": URL}, "json")
    [listed] = owner.client.get("/api/v1/webhooks").json()["results"]
    response = owner.client.patch(f"/api/v1/webhooks/{listed['id']}", {"url": URL}, "json")
    assert (response.status_code, response.json()["code"]) == (409, "wrong_state")
    paths = owner.client.get("/api/v1/openapi.json").json()["paths"]
    assert "409" in paths["/api/v1/webhooks/{id}"]["patch"]["responses"]


def test_deliveries_are_listed_and_redelivered(
    owner: Person, webhook: Webhook, ended: Delivery, receiver: Receiver
) -> None:
    receiver.script += [500]
    delivery.deliver()
    path = f"/api/v1/webhooks/{webhook.pk}/deliveries"
    [read] = owner.client.get(path).json()["results"]
    assert (read["type"], read["state"], read["event_id"]) == (
        "job.completed",
        "pending",
        ended.event_id,
    )
    assert [tried["status"] for tried in read["tries"]] == [500]
    again = owner.client.post(f"{path}/{ended.pk}/redeliver")
    assert (again.status_code, again.json()["state"]) == (202, "pending")
    assert delivery.deliver() == 1
    [read] = owner.client.get(path).json()["results"]
    assert [tried["status"] for tried in read["tries"]] == [500, 200]
    owner.client.post(f"{path}/{ended.pk}/redeliver")
    assert delivery.deliver() == 1
    assert len({got.headers["webhook-id"] for got in receiver.all()}) == 1


def test_a_stranger_finds_no_webhook(
    stranger: Person, teammate: Person, webhook: Webhook, ended: Delivery
) -> None:
    path = f"/api/v1/webhooks/{webhook.pk}"
    calls: list[tuple[str, str]] = [
        ("get", path),
        ("patch", path),
        ("delete", path),
        ("post", f"{path}/rotate"),
        ("get", f"{path}/deliveries"),
        ("post", f"{path}/deliveries/{ended.pk}/redeliver"),
    ]
    for method, where in calls:
        assert getattr(stranger.client, method)(where, {}, "json").status_code == 404, where
        assert getattr(APIClient(), method)(where).status_code == 401, where
    assert stranger.client.get("/api/v1/webhooks").json()["results"] == []
    assert teammate.client.get(path).status_code == 200
    theirs = make(stranger)["id"]
    crossed = f"/api/v1/webhooks/{theirs}/deliveries/{ended.pk}/redeliver"
    assert stranger.client.post(crossed).status_code == 404
    unknown = f"/api/v1/webhooks/{webhook.pk}/deliveries/{uuid.uuid4()}/redeliver"
    assert teammate.client.post(unknown).status_code == 404


def test_the_description_has_every_operation(owner: Person) -> None:
    paths = owner.client.get("/api/v1/openapi.json").json()["paths"]
    assert {path: sorted(verbs) for path, verbs in paths.items() if "/webhooks" in path} == {
        "/api/v1/webhooks": ["get", "post"],
        "/api/v1/webhooks/{id}": ["delete", "get", "patch"],
        "/api/v1/webhooks/{id}/rotate": ["post"],
        "/api/v1/webhooks/{webhook}/deliveries": ["get"],
        "/api/v1/webhooks/{webhook}/deliveries/{id}/redeliver": ["post"],
    }


def test_a_job_sends_its_events_to_its_own_url(
    owner: Person, receiver: Receiver, make_job: Callable[..., Job]
) -> None:
    body = {"type": "echo", "input": {}, "webhook_url": receiver.url}
    job = owner.client.post("/api/v1/jobs", body, "json").json()
    testing.run(uuid.UUID(job["id"]))
    testing.run(make_job())  # names none
    [of_jobs] = owner.client.get("/api/v1/webhooks").json()["results"]
    assert of_jobs["url"] == ""
    secret = owner.client.post(f"/api/v1/webhooks/{of_jobs['id']}/rotate").json()["secret"]
    receiver.script += [410]
    assert delivery.deliver() == 2
    received = [got.verified(secret) for got in receiver.all()]
    assert {event["type"] for event in received} == {"job.started", "job.completed"}
    assert {event["data"]["id"] for event in received} == {job["id"]}
    assert Webhook.objects.get().disabled_at is None  # one URL speaks for itself only


def test_a_job_cannot_name_a_private_url(owner: Person) -> None:
    body = {"type": "echo", "input": {}, "webhook_url": "http://10.0.0.1/"}
    response = owner.client.post("/api/v1/jobs", body, "json")
    assert response.status_code == 422
    assert [fault["pointer"] for fault in response.json()["errors"]] == ["/webhook_url"]
    assert Webhook.objects.count() == 0
