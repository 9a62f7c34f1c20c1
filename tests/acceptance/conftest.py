"""One installation for all acceptance tests of a process, because it takes seconds to start.

It stops after the last of them: the tests that follow need the processors.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.installation import Installation
from tests.jobs.ai.llm.provider import Provider, provider, write
from tests.jobs.ai.web.site import Site, serving


@pytest.fixture(scope="package")
def model() -> Iterator[Provider]:
    """Return the provider of the installation's model `stub`."""
    with provider() as made:
        made.behave = write
        yield made


@pytest.fixture(scope="package")
def web() -> Iterator[Site]:
    """Return a web site, which is also the search provider of the installation."""
    with serving() as site:
        yield site


@pytest.fixture(scope="package")
def installation(
    tmp_path_factory: pytest.TempPathFactory, model: Provider, web: Site
) -> Iterator[Installation]:
    """Return a running installation with a language model and a search provider."""
    environment = {
        "OPENAI_BASE_URL": model.url,
        "OPENAI_API_KEY": "x",
        "OPENAI_MODEL": "stub",
        "AI_SEARCH_PROVIDER": "tavily",
        "AI_SEARCH_API_KEY": "x",
        "AI_SEARCH_BASE_URL": web.url,
        "TEST_OUTBOUND_ALLOWED": "127.0.0.0/8",  # webhook receivers and the web site
    }
    made = Installation(folder=tmp_path_factory.mktemp("installation"), environment=environment)
    made.start()
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def _reset_installation(request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave no jobs, open streams or missing workers to the next test."""
    yield
    if "installation" in request.fixturenames:
        request.getfixturevalue("installation").reset()


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Return a file in which handlers record their calls."""
    return tmp_path / "ledger"


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """Return a path that handlers wait for; create the file to let them continue."""
    return tmp_path / "gate"
