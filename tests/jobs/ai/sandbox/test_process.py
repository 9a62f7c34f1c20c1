"""A sandbox process that misbehaves costs its caller an error and no more."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator

import psutil
import pytest

from jobs.ai.sandbox import process
from jobs.ai.sandbox.errors import Crashed, Failed, TimedOut
from jobs.ai.sandbox.process import Child
from jobs.errors import TransientError
from tests.acceptance.installation import PROJECT
from tests.waiting import until

MISBEHAVING = "tests.jobs.ai.sandbox.misbehaving"
MEMORY = 300_000_000


@pytest.fixture
def child() -> Iterator[Child]:
    with tempfile.TemporaryFile() as file:
        file.write(b"content")
        file.seek(0)
        with process.started(MISBEHAVING, file, memory=MEMORY) as started:
            yield started


def test_a_child_that_hangs_ends_by_the_timeout(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "PATIENCE", 0.2)
    with pytest.raises(TimedOut):
        child.ask("hang")


def test_a_child_that_computes_for_ever_ends_by_the_timeout() -> None:
    with (
        tempfile.TemporaryFile() as file,
        process.started(MISBEHAVING, file, memory=MEMORY, computing=0) as child,
        pytest.raises(TimedOut),
    ):
        child.ask("spin")


@pytest.mark.parametrize(
    ("deed", "error"),
    [("crash", Crashed), ("eat", Failed), ("be_killed", TransientError)],
)
def test_the_way_a_child_ends_decides_the_error(
    child: Child, deed: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        child.ask(deed)


def test_a_child_reads_the_file_and_its_prints_are_no_response(child: Child) -> None:
    assert child.ask("chat") == "content"


def test_a_child_inherits_no_secrets(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    with (
        tempfile.TemporaryFile() as file,
        process.started(MISBEHAVING, file, memory=MEMORY) as one,
    ):
        _, *variables = one.ask("tell")
    assert set(variables) <= {*process.INHERITED, *process.OWN, "LC_CTYPE"}


def test_a_child_ends_with_its_parent() -> None:
    program = (
        "import os, tempfile, django; django.setup()\n"
        "from jobs.ai.sandbox import process\n"
        "with tempfile.TemporaryFile() as file, process.started(\n"
        f"    {MISBEHAVING!r}, file, memory={MEMORY}) as child:\n"
        "    print(child.ask('tell')[0], flush=True)\n"
        "    child.ask('hang')\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    with parent.stdout as said:
        process = psutil.Process(int(said.readline()))
        parent.kill()
        parent.wait()
        until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
