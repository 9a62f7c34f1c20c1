"""The programs of the benchmark and their virtual environments."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import venvs
from bench.contenders import ContenderFailed, Program


@pytest.fixture
def program() -> Iterator[Program]:
    running = Program(sys.executable, "tests.bench.instant_contender", {})
    yield running
    running.stop()


def test_a_program_submits_waits_and_returns_the_last_end(program: Program) -> None:
    assert program.call("submit", kind="echo", jobs=3)["seconds"] > 0
    program.call("drain")
    assert program.call("last_end") == {"at": 3.0}
    assert len(program.call("latencies", samples=2)["seconds"]) == 2


def test_a_failure_has_the_traceback_and_the_program_goes_on(program: Program) -> None:
    with pytest.raises(ContenderFailed, match="cannot be submitted"):
        program.call("submit", kind="broken", jobs=1)
    assert program.call("prepare") == {}


def test_an_environment_that_cannot_be_made_has_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-python"))
    with pytest.raises(venvs.CannotInstall, match="no-python"):
        venvs.create("procrastinate")
