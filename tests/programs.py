"""Programs that a test runs in the project as a reader of the docs would."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def run(*command: str | Path, **environment: str) -> str:
    """Run a program of this virtual environment or any other; give what it prints.

    What `environment` does not say it has from the tests. A program that fails fails the test.
    """
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def shell(commands: str, **environment: str) -> str:
    """Run commands of a shell, of which none may fail."""
    return run("bash", "-euo", "pipefail", "-c", commands, **environment)
