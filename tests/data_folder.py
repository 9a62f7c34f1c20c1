"""The data folder of the servers that the tests start, and an environment without a deployment."""

import atexit
import os
import re
import shutil
import tempfile

from tests.programs import PROJECT

FOLDER, RUNNER = "CONVEYOR_TEST_DATA", "CONVEYOR_TEST_RUNNER"
MACHINE_VARIABLES = {"PG_BIN", "VALKEY_BIN", "EMBEDDED_USER", "EMBEDDED_PG_ARGS"}
"""Settings that describe this machine and not a deployment."""
PROXY_VARIABLE = re.compile(r"(http|https|all|no)_proxy", re.IGNORECASE)


def data_folder() -> str:
    """Return the folder of this process, and of all processes that its tests start.

    It is new for each run, and for each of the processes that share a run, and is removed with it.
    The first process of a run also removes the settings of a deployment from its environment.
    """
    runner = os.environ.get("PYTEST_XDIST_WORKER", "")
    if FOLDER not in os.environ or os.environ.get(RUNNER, "") != runner:
        os.environ[FOLDER], os.environ[RUNNER] = tempfile.mkdtemp(prefix="conveyor-test-"), runner
        atexit.register(shutil.rmtree, os.environ[FOLDER], ignore_errors=True)
        _forget_deployment()
    return os.environ[FOLDER]


def _forget_deployment() -> None:
    """Remove settings that the shell has from `.env`, and proxies, which loopback does not need.

    Without this the tests would use the servers, models and limits of a deployment.
    """
    example = (PROJECT / ".env.example").read_text("utf-8")
    settings = set(re.findall(r"^#? ?([A-Z][A-Z_0-9]+)=", example, re.MULTILINE))
    for name in list(os.environ):
        if name in settings - MACHINE_VARIABLES or PROXY_VARIABLE.fullmatch(name):
            del os.environ[name]
