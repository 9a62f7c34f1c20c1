"""The API keeps its OpenAPI description: valid requests work, invalid ones are refused."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from jobs.models.tenants import create_api_key
from tests.jobs.api.test_every_endpoint import things
from tests.jobs.tenancy.tenant_rows import end_other_connections
from tests.long_runs import size
from tests.people import Person
from tests.programs import PROJECT
from tests.waiting import until

__all__ = ["things"]

SEED = "20260101"
BOUNDS = size(
    ("--phases", "examples,fuzzing", "--max-examples", "2"),
    full=("--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "30"),
)
TIMEOUT_SECONDS = size(300, full=3600)
CANCEL = "POST /api/v1/jobs/{id}/cancel"


@pytest.fixture
def server(transactional_db: None) -> Iterator[str]:
    """Give the URL of the web process's application, streams and all, on the test's database."""
    config = uvicorn.Config("config.asgi:application", port=0, lifespan="off", log_config=None)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    until(lambda: running.started, what="the server")
    yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    thread.join(30)
    end_other_connections()


@pytest.fixture
def known(owner: Person, things: dict[str, Any], tmp_path: Path) -> dict[str, str]:
    """Give the environment that tells schemathesis what there is, and the caller's key."""
    owner.organization.limits = {"organization": 10**6, "user": 10**6}
    owner.organization.save()
    key, secret = create_api_key(
        owner.user, owner.organization, name="schemathesis", scopes=("admin",)
    )
    file = tmp_path / "known.json"
    file.write_text(json.dumps({**things, "key": key.pk}, default=str))
    hooks = {
        "SCHEMATHESIS_HOOKS": "tests.jobs.api.schemathesis_hooks",
        "CONVEYOR_KNOWN": str(file),
    }
    return {**os.environ, **hooks, "PYTHONPATH": str(PROJECT), "SECRET": secret}


def schemathesis(
    server: str, known: dict[str, str], folder: Path, *options: str
) -> "subprocess.CompletedProcess[str]":
    command = [
        *(str(Path(sys.executable).parent / "schemathesis"),),
        *("--config-file", str(PROJECT / "schemathesis.toml"), "run"),
        f"{server}/api/v1/openapi.json",
        *("--header", f"Authorization: Bearer {known['SECRET']}"),
        *("--seed", SEED, "--generation-database", "none", "--no-color"),
        *("--request-timeout", "20", "--suppress-health-check", "all", "--continue-on-failure"),
        *options,
    ]
    return subprocess.run(
        command,
        cwd=folder,
        env=known,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )


def test_schemathesis_finds_no_violation(
    server: str, known: dict[str, str], tmp_path: Path
) -> None:
    done = schemathesis(server, known, tmp_path, *BOUNDS)
    assert done.returncode == 0, done.stdout[-20000:] + done.stderr[-2000:]


def test_schemathesis_finds_a_wrong_description(
    server: str, known: dict[str, str], tmp_path: Path
) -> None:
    wrong = {**known, "CONVEYOR_PLANTED": CANCEL}
    done = schemathesis(
        server, wrong, tmp_path, "--include-name", CANCEL, "--phases", "fuzzing", "-n", "5"
    )
    assert done.returncode == 1, done.stdout + done.stderr
    for part in ("Received: 202", "418"):
        assert part in done.stdout, done.stdout
