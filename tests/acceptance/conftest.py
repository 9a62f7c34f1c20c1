"""One installation for all acceptance tests, since its start takes seconds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.installation import Installation
from tests.jobs.ai.llm.provider import Provider, provider, write
from tests.jobs.ai.web.site import Site, serving


@pytest.fixture(scope="session")
def model() -> Iterator[Provider]:
    """Give the server behind the installation's model `stub`."""
    with provider() as made:
        made.behave = write
        yield made


@pytest.fixture(scope="session")
def web() -> Iterator[Site]:
    """Give the web that the installation reads: one site, which is its search provider, too."""
    with serving() as site:
        yield site


@pytest.fixture(scope="session")
def installation(
    tmp_path_factory: pytest.TempPathFactory, model: Provider, web: Site
) -> Iterator[Installation]:
    """Give a running installation that has a language model and a search provider."""
    environment = {
        "OPENAI_BASE_URL": model.url,
        "OPENAI_API_KEY": "x",
        "OPENAI_MODEL": "stub",
        "AI_SEARCH_PROVIDER": "tavily",
        "AI_SEARCH_API_KEY": "x",
        "AI_SEARCH_BASE_URL": web.url,
        "TEST_OUTBOUND_ALLOWED": "127.0.0.0/8",  # receivers of webhooks, and the web
    }
    made = Installation(folder=tmp_path_factory.mktemp("installation"), environment=environment)
    made.start()
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def _nothing_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let no test find jobs of another, streams that are open, or workers that are not back."""
    yield
    if "installation" in request.fixturenames:
        request.getfixturevalue("installation").settle()


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Give the file in which handlers write down what they did."""
    return tmp_path / "ledger"


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """Give a path that handlers wait for; touch it to let them go on."""
    return tmp_path / "gate"
