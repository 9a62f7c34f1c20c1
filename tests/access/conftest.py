"""What tests of access share."""

from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from rest_framework.test import APIClient

from jobs.api import tokens
from tests.access.provider import AUDIENCE, ISSUER, Provider


@pytest.fixture
def provider(httpserver: HTTPServer, settings: Any) -> Provider:
    """Give an identity provider that the settings name."""
    made = Provider(httpserver)
    settings.JWT_JWKS_URL = made.url
    settings.JWT_ISSUER, settings.JWT_AUDIENCE = ISSUER, AUDIENCE
    tokens.provider.cache_clear()
    return made


def bearer(secret: str) -> APIClient:
    """Give a client that brings a token or key."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client
