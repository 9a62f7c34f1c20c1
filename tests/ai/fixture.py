"""A model named `stub` that the tests' own server answers for."""

from collections.abc import Iterator
from typing import Any

import pytest

from jobs.ai.compatible.client import client
from tests.ai.provider import Provider, provider


@pytest.fixture
def stub(settings: Any) -> Iterator[Provider]:
    """Give the server behind the model `stub`."""
    with provider() as made:
        settings.AI_MODELS = {**settings.AI_MODELS, "stub": made.settings}
        yield made
    client.cache_clear()  # and with it the connections
