"""A model named `stub` with a server of the tests behind it, and a web site of the tests."""

from collections.abc import Iterator
from typing import Any

import pytest

from jobs.ai.llm.openai.client import get_client
from tests.jobs.ai.llm.provider import Provider, provider
from tests.jobs.ai.web.site import Site, serving


@pytest.fixture
def stub(settings: Any) -> Iterator[Provider]:
    """Give the server behind the model `stub`."""
    with provider() as made:
        settings.AI_MODELS = {**settings.AI_MODELS, "stub": made.settings}
        yield made
    get_client.cache_clear()  # and with it the connections


@pytest.fixture
def site(settings: Any) -> Iterator[Site]:
    """Give a web site on loopback, which may be read."""
    settings.OUTBOUND_ALLOWED = ("127.0.0.0/8",)
    with serving() as running:
        yield running
