"""Fixtures: a model named `stub` with a local provider, and a local web site."""

from collections.abc import Iterator
from typing import Any

import pytest

from jobs.ai.llm.openai.client import get_client
from tests.jobs.ai.llm.provider import Provider, provider
from tests.jobs.ai.web.site import Site, serving


@pytest.fixture
def stub(settings: Any) -> Iterator[Provider]:
    """Configure the model `stub` and yield its provider."""
    with provider() as server:
        settings.AI_MODELS = {**settings.AI_MODELS, "stub": server.settings}
        yield server
    get_client.cache_clear()  # drops the connections as well


@pytest.fixture
def site(settings: Any) -> Iterator[Site]:
    """Serve a web site on loopback and allow requests to it."""
    settings.OUTBOUND_ALLOWED = ("127.0.0.0/8",)
    with serving() as running:
        yield running
