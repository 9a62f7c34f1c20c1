"""The programs that make targets run can be imported without pytest's settings."""

import os
import subprocess
import sys

import pytest

from tests.programs import PROJECT


@pytest.mark.parametrize("program", ["tests.chaos.__main__", "bench.__main__", "config.stack"])
def test_a_program_of_the_makefile_starts(program: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-c", f"import {program}"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
