"""Each endpoint, called by the owner of a thing, a teammate, a stranger and an anonymous caller."""

import uuid
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from rest_framework.test import APIClient

from documents import store
from jobs import testing
from jobs.api.permissions import IsMember
from jobs.dispatch import pauses
from jobs.lifecycle import verbs
from jobs.models import Webhook
from jobs.models.pauses import PauseScope
from jobs.models.tenants import create_api_key
from jobs.monitoring.dead_letters import group_failures
from jobs.submission import schedules
from jobs.submission.submit import JobRequest, submit_batch
from reports.models import Report, Widget
from tests.jobs.api.endpoints import CASES, PREFIX, PUBLIC, endpoints
from tests.jobs.monitoring.test_dead_letters import fail
from tests.jobs.tenancy.tenant_rows import make_row
from tests.people import Person

ORGANIZATION = PauseScope.ORGANIZATION
PEOPLE = ("owner", "teammate", "stranger", "anonymous")
STREAMS = sorted(name for name in CASES if name.endswith("/stream"))


@pytest.fixture
def things(owner: Person) -> dict[str, Any]:
    """Give the owner's things, by the first part of the paths that lead to them."""
    mine: Any = {"owner": owner.user, "organization": owner.organization}
    ended = testing.make("echo", {}, **mine)
    fail(testing.make("echo", {}, **mine), "Page 3 is empty.")
    [failures] = group_failures(owner.organization)
    verbs.cancel(ended.pk)
    webhook = make_row(Webhook, owner.organization)
    delivery = webhook.deliveries.create(event_id="e", type="job.failed", snapshot={})
    widget = make_row(Widget, owner.organization)
    return {
        "jobs": testing.make("echo", {}, **mine).pk,
        "ended": ended.pk,
        "organizations": owner.organization.pk,
        "documents": store.add(ContentFile(b"hello", "a.txt"), **mine).pk,
        "reports": Report.objects.create(title="Bridge", markdown="Late.", **mine).pk,
        "dashboards": widget.dashboard_id,
        "widgets": widget.pk,
        "api-keys": owner.user.api_keys.get().pk,
        "job-types": "echo",
        "webhooks": webhook.pk,
        "deliveries": delivery.pk,
        "batches": submit_batch([JobRequest(type="echo", input={})], **mine).pk,
        "failures": failures.fingerprint,
        "pauses": pauses.pause(ORGANIZATION, str(owner.organization.pk), actor="olga").pk,
        "schedules": schedules.create("hourly", cron="0 * * * *", type="echo", input={}, **mine).pk,
    }


@pytest.fixture
def callers(owner: Person, teammate: Person, stranger: Person) -> dict[str, APIClient]:
    for person in (owner, teammate, stranger):
        person.user.api_keys.update(scopes=["admin"])
    return {
        "owner": owner.client,
        "teammate": teammate.client,
        "stranger": stranger.client,
        "anonymous": APIClient(),
    }


def path_of(name: str, things: dict[str, Any]) -> str:
    """Give the path of an endpoint that leads to these things."""
    case, (_, route) = CASES[name], name.split(" ")
    thing = things.get(case.thing or route.split("/")[0])
    route = (
        route.replace("<str:fingerprint>", str(thing))
        .replace("<str:by>", "type")
        .replace("<uuid:webhook>", str(things["webhooks"]))
    )
    route = route.replace("<uuid:dashboard>", str(things["dashboards"]))
    path = route.replace("<uuid:pk>", str(thing)).replace("<str:name>", str(thing)) + case.query
    return f"/{PREFIX}{path}"


def ask(client: APIClient, name: str, things: dict[str, Any]) -> tuple[int, str]:
    case, method = CASES[name], name.split(" ", maxsplit=1)[0]
    if case.format == "multipart":
        case.body["files"].seek(0)
    response = getattr(client, method.lower())(path_of(name, things), case.body, format=case.format)
    followed = response.streaming and response.is_async
    if followed:
        response.close()  # of others the client did so; twice would cost the test its connection
        return response.status_code, ""
    return response.status_code, b"".join(response).decode()


def test_every_endpoint_has_a_case() -> None:
    assert {name for name, _ in endpoints()} == CASES.keys() | PUBLIC


def test_every_view_that_is_not_public_requires_a_member() -> None:
    guarded = {name for name, view in endpoints() if IsMember in view.permission_classes}
    assert guarded == CASES.keys()


@pytest.mark.parametrize("name", sorted(CASES.keys() - STREAMS))
def test_each_person_gets_the_things_of_their_organization(
    name: str, callers: dict[str, APIClient], things: dict[str, Any]
) -> None:
    ids = [str(thing) for thing in things.values() if isinstance(thing, uuid.UUID)]
    for person in PEOPLE:
        with transaction.atomic():
            status, shown = ask(callers[person], name, things)
            transaction.set_rollback(True)  # the next one finds it as it was
        assert status == CASES[name].status(person), (person, shown)
        if person == "stranger" and status < 300:
            assert not [one for one in ids if one in shown]


@pytest.mark.parametrize("name", sorted(name for name in CASES if name.startswith("DELETE")))
def test_a_deleted_thing_is_gone(
    name: str, callers: dict[str, APIClient], things: dict[str, Any], owner: Person
) -> None:
    # not the one that is used here
    other, _ = create_api_key(owner.user, owner.organization, name="other")
    path = path_of(name, {**things, "api-keys": other.pk})
    collection, _, deleted = path.rpartition("/")
    client = callers["owner"]
    assert deleted in client.get(collection).content.decode()
    assert client.delete(path).status_code == 204
    assert deleted not in client.get(collection).content.decode()
    read = f"GET {name.removeprefix('DELETE ')}" in CASES
    assert client.get(path).status_code == (404 if read else 405)
    assert client.delete(path).status_code == 404


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("name", STREAMS)
def test_each_person_follows_the_jobs_of_their_organization(
    name: str, callers: dict[str, APIClient], things: dict[str, Any]
) -> None:
    statuses = {person: ask(callers[person], name, things)[0] for person in PEOPLE}
    assert statuses == {person: CASES[name].status(person) for person in PEOPLE}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_endpoint_needs_no_credential(name: str) -> None:
    assert APIClient().get(f"/{PREFIX}{name.split(' ')[1]}").status_code == 200
