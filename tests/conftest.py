"""Servers for the whole suite: its own, so that it runs beside `make run` and leaves it alone."""

import os
from contextlib import ExitStack

import pytest
from django.conf import settings

from config.embedded.session import servers

pytest_plugins = ["tests.people", "tests.ai.fixture"]

_running = pytest.StashKey[ExitStack]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start PostgreSQL and Valkey in the data folder of this run, see tests/settings.py."""
    stack = session.config.stash[_running] = ExitStack()
    if session.config.option.collectonly:
        return
    os.environ.setdefault("EMBEDDED_PG_ARGS", "-c fsync=off")  # no power fails in a test
    stack.enter_context(servers(settings.DATA_DIR))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop them."""
    session.config.stash[_running].close()
