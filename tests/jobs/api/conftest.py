"""An identity provider, and streams that check their credential soon."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from rest_framework.test import APIClient

from jobs.api import feed_stream, jwt, sse
from jobs.redis.pubsub import Hub
from tests.jobs.api.identity_provider import AUDIENCE, ISSUER, Provider
from tests.jobs.tenancy.tenant_rows import end_other_connections


@pytest.fixture
def provider(httpserver: HTTPServer, settings: Any) -> Provider:
    """Give an identity provider that the settings name."""
    made = Provider(httpserver)
    settings.JWT_JWKS_URL = made.url
    settings.JWT_ISSUER, settings.JWT_AUDIENCE = ISSUER, AUDIENCE
    jwt.provider.cache_clear()
    return made


@pytest.fixture
def threads(transactional_db: None) -> Iterator[None]:
    """End the connections of a stream's threads."""
    yield
    end_other_connections()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, threads: None) -> None:
    """Look soon whether a stream's caller may still follow, on an event loop that is new."""
    hub = Hub()
    for module in (sse, feed_stream):
        monkeypatch.setattr(module, "hub", hub)
    monkeypatch.setattr(sse, "KEEP_ALIVE_SECONDS", 0.2)
    monkeypatch.setattr(sse, "POLL_INTERVAL_SECONDS", 0.2)
    monkeypatch.setattr(sse, "RECHECK_INTERVAL_SECONDS", 0.0)


def bearer(secret: str) -> APIClient:
    """Give a client that brings a token or key."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client
