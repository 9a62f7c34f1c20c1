"""Servers for the whole suite: its own, so that it runs beside `make run` and leaves it alone."""

import os
from contextlib import ExitStack
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from PIL import Image
from xdist.scheduler import LoadScopeScheduling

from config.embedded.session import run_servers

pytest_plugins = ["tests.people", "tests.jobs.ai.fixtures"]

hypothesis.settings.register_profile(
    "busy",  # how long an example takes says more about the machine than about the code
    parent=hypothesis.settings.get_profile("default"),  # also where CI is set, which has its own
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    print_blob=True,
)
hypothesis.settings.load_profile("busy")


_running = pytest.StashKey[ExitStack]()


def pytest_configure() -> None:
    """Look static files up by request: each of a thousand test clients would list them all."""
    settings.WHITENOISE_AUTOREFRESH = True  # here only: an installation serves as it is deployed


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start PostgreSQL and Valkey in the data folder of this run, see tests/settings.py."""
    stack = session.config.stash[_running] = ExitStack()
    distributes = session.config.getoption("dist", "no") != "no"
    if session.config.option.collectonly or distributes:
        return
    os.environ.setdefault("EMBEDDED_PG_ARGS", "-c fsync=off")  # no power fails in a test
    stack.enter_context(run_servers(settings.DATA_DIR))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop them."""
    session.config.stash[_running].close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: at the end, the other processes would have nothing to do."""
    items.sort(key=lambda item: not item.nodeid.startswith(("tests/acceptance/", "tests/chaos/")))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "Together":
    """Say which tests stay together, where several processes share the run."""
    return Together(config, log)


class Together(LoadScopeScheduling):  # type: ignore[misc]  # the library has no types
    """Keeps the tests of a file in one process, and those of a folder with an installation.

    An installation takes half a minute to start, so the files of a folder share one. Its tests
    mostly wait, while the other processes compute.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", maxsplit=1)[0]
        return file.rpartition("/")[0] if file.startswith("tests/acceptance/") else file


@pytest.fixture(autouse=True)
def _limit_of_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restore Pillow's limit, of the whole process, which a test may lower."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
