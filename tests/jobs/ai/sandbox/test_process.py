"""A sandbox process that misbehaves costs its caller an error and no more."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator

import psutil
import pytest

from jobs.ai.sandbox import process
from jobs.ai.sandbox.errors import SandboxCrashed, SandboxError, SandboxTimedOut
from jobs.ai.sandbox.process import SandboxProcess
from jobs.errors import TransientError
from tests.programs import PROJECT
from tests.waiting import until

MISBEHAVING = "tests.jobs.ai.sandbox.misbehaving"
MEMORY = 300_000_000


@pytest.fixture
def child() -> Iterator[SandboxProcess]:
    with tempfile.TemporaryFile() as file:
        file.write(b"content")
        file.seek(0)
        with process.start_process(MISBEHAVING, file, memory_bytes=MEMORY) as started:
            yield started


def test_a_child_that_hangs_ends_by_the_timeout(
    child: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "RESPONSE_TIMEOUT_SECONDS", 0.2)
    with pytest.raises(SandboxTimedOut):
        child.request("hang")


def test_a_child_that_computes_for_ever_ends_by_the_timeout() -> None:
    with (
        tempfile.TemporaryFile() as file,
        process.start_process(MISBEHAVING, file, memory_bytes=MEMORY, cpu_seconds=0) as child,
        pytest.raises(SandboxTimedOut),
    ):
        child.request("spin")


@pytest.mark.parametrize(
    ("deed", "error"),
    [("crash", SandboxCrashed), ("eat", SandboxError), ("be_killed", TransientError)],
)
def test_the_way_a_child_ends_decides_the_error(
    child: SandboxProcess, deed: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        child.request(deed)


def test_a_child_reads_the_file_and_its_prints_are_no_response(child: SandboxProcess) -> None:
    assert child.request("chat") == "content"


def test_a_child_inherits_no_secrets(
    child: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    with (
        tempfile.TemporaryFile() as file,
        process.start_process(MISBEHAVING, file, memory_bytes=MEMORY) as one,
    ):
        _, *variables = one.request("tell")
    assert set(variables) <= {*process.INHERITED_VARIABLES, *process.SANDBOX_VARIABLES, "LC_CTYPE"}


def test_a_child_ends_with_its_parent() -> None:
    program = (
        "import os, tempfile, django; django.setup()\n"
        "from jobs.ai.sandbox import process\n"
        "with tempfile.TemporaryFile() as file, process.start_process(\n"
        f"    {MISBEHAVING!r}, file, memory_bytes={MEMORY}) as child:\n"
        "    print(child.request('tell')[0], flush=True)\n"
        "    child.request('hang')\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    with parent.stdout as output:
        process = psutil.Process(int(output.readline()))
        parent.kill()
        parent.wait()
        until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
