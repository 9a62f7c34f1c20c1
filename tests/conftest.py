"""Servers for the whole suite: its own, so that it runs beside `make run` and leaves it alone."""

import os
from contextlib import ExitStack

import pytest
from django.conf import settings

from config.embedded.session import servers

pytest_plugins = ["tests.people", "tests.ai.fixture"]

WITH_AN_INSTALLATION = {"acceptance", "chaos"}

_running = pytest.StashKey[ExitStack]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start PostgreSQL and Valkey in the data folder of this run, see tests/settings.py."""
    stack = session.config.stash[_running] = ExitStack()
    distributes = session.config.getoption("dist", "no") != "no"
    if session.config.option.collectonly or distributes:
        return
    os.environ.setdefault("EMBEDDED_PG_ARGS", "-c fsync=off")  # no power fails in a test
    stack.enter_context(servers(settings.DATA_DIR))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop them."""
    session.config.stash[_running].close()


@pytest.hookimpl(tryfirst=True)  # before xdist asks for the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file together, and those with a whole installation in one process.

    The installation is one for all of them, and two cores bear no two.
    """
    for item in items:
        file = item.path.relative_to(item.config.rootpath)
        whole = file.parts[1] in WITH_AN_INSTALLATION
        item.add_marker(pytest.mark.xdist_group("installation" if whole else str(file)))
