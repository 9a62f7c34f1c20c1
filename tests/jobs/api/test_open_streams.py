"""An open stream ends once its credential is no longer valid."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.test import AsyncClient, Client
from django.utils import timezone

from jobs.api import credentials, sse
from jobs.models.tenants import ApiKey, Membership, Organization, create_api_key
from tests.people import Person

PATH = "/api/v1/jobs/stream"
Happens = Callable[[], object]
Ask = Callable[[], Awaitable[Any]]


def leave_for_another() -> None:
    Membership.objects.update(organization=Organization.objects.create(name="New", slug="new"))


LATER: dict[str, Happens] = {
    "revoked": lambda: ApiKey.objects.update(revoked_at=timezone.now()),
    "expired": lambda: ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1)),
    "without a scope": lambda: ApiKey.objects.update(scopes=[]),
    "logged out": lambda: Session.objects.all().delete(),
    "new password": lambda: User.objects.update(password="another"),
    "inactive user": lambda: User.objects.update(is_active=False),
    "left": lambda: Membership.objects.all().delete(),
    "elsewhere now": leave_for_another,
}
OF_SESSIONS = {"logged out", "new password"}
OF_KEYS = {"revoked", "expired", "without a scope"}


@pytest.fixture
def secret(owner: Person) -> str:
    return create_api_key(owner.user, owner.organization, name="follower")[1]


@pytest.fixture
def of_key(secret: str) -> HttpRequest:
    return as_let_in(Client().get("/api/v1/jobs", headers={"Authorization": f"Bearer {secret}"}))


@pytest.fixture
def of_session(owner: Person) -> HttpRequest:
    browser = Client()
    browser.force_login(owner.user)
    return as_let_in(browser.get("/api/v1/jobs"))


def as_let_in(answer: Any) -> HttpRequest:
    assert answer.status_code == 200
    request: HttpRequest = answer.wsgi_request
    return request


@pytest.mark.parametrize("name", sorted(LATER.keys() - OF_SESSIONS))
def test_a_key_is_valid_until_its_access_changes(
    owner: Person, of_key: HttpRequest, name: str
) -> None:
    assert credentials.is_still_valid(of_key, owner.organization.pk)
    LATER[name]()
    assert not credentials.is_still_valid(of_key, owner.organization.pk)


@pytest.mark.parametrize("name", sorted(LATER.keys() - OF_KEYS))
def test_a_session_is_valid_until_its_access_changes(
    owner: Person, of_session: HttpRequest, name: str
) -> None:
    assert credentials.is_still_valid(of_session, owner.organization.pk)
    LATER[name]()
    assert not credentials.is_still_valid(of_session, owner.organization.pk)


async def follow_until(ask: Ask, happens: Happens) -> None:
    """Follow, let it happen after the second comment, and return when the stream ends."""
    comments = 0
    answer = await ask()
    assert answer.status_code == 200
    async for one in answer.streaming_content:
        comments += one == sse.KEEP_ALIVE_FRAME
        if one == sse.KEEP_ALIVE_FRAME and comments == 2:
            await sse.run_in_thread(happens)
    assert (await ask()).status_code in (401, 403)


@pytest.mark.usefixtures("quick")
def test_a_stream_ends_with_its_key_or_session(owner: Person, secret: str) -> None:
    browser = AsyncClient()
    browser.force_login(owner.user)

    async def both() -> None:
        key = {"Authorization": f"Bearer {secret}"}
        await follow_until(lambda: browser.get(PATH), LATER["logged out"])
        await follow_until(lambda: AsyncClient().get(PATH, headers=key), LATER["revoked"])

    asyncio.run(asyncio.wait_for(both(), 60))
