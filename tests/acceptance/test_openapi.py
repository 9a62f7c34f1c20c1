"""The description is part of the contract: what it allows is done, what it forbids is refused."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jobs.tenancy import create_api_key
from tests.acceptance.installation import PROJECT
from tests.people import Person

SECONDS = "60"
SEED = "20260101"


@pytest.fixture
def key(owner: Person) -> str:
    _, secret = create_api_key(owner.user, owner.organization, name="schemathesis")
    return secret


@pytest.mark.django_db(transaction=True)
def test_schemathesis_finds_nothing(live_server: Any, key: str, tmp_path: Path) -> None:
    command = [
        *(str(Path(sys.executable).parent / "schemathesis"),),
        *("--config-file", str(PROJECT / "schemathesis.toml"), "run"),
        f"{live_server.url}/api/v1/openapi.json",
        *("--header", f"Authorization: Bearer {key}"),
        *("--exclude-path-regex", "/stream$"),  # a stream has no end
        *("--phases", "examples,coverage,fuzzing,stateful"),
        *("--max-examples", "10", "--max-time", SECONDS, "--seed", SEED),
        *("--generation-database", "none", "--request-timeout", "20", "--no-color"),
        *("--suppress-health-check", "all", "--continue-on-failure"),
    ]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-20000:] + done.stderr[-2000:]
