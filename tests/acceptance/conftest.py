"""One installation for all acceptance tests: it takes seconds to start."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.installation import Installation


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Give a running installation."""
    made = Installation(
        folder=tmp_path_factory.mktemp("installation"),
        environment={"TEST_OUTBOUND_ALLOWED": "127.0.0.0/8"},  # receivers of webhooks
    )
    made.start()
    yield made
    made.stop()


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Give the file in which handlers write down what they did."""
    return tmp_path / "ledger"


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """Give a path that handlers wait for; touch it to let them go on."""
    return tmp_path / "gate"
