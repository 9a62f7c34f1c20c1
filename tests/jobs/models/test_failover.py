"""PostgreSQL fails over to a standby while an attempt runs."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.jobs.models.standby import Pair, run_pair
from tests.programs import PROJECT

WORKER = """
import django; django.setup()
from datetime import timedelta
from django.contrib.auth.models import User
from django.core.management import call_command
from jobs import testing
from jobs.lifecycle import verbs
from jobs.models import Job
from jobs.models.tenants import Organization
from jobs.worker.runner import run_claimed

def make():
    return testing.make("echo", {"text": "x"}, owner=olga, organization=acme)

call_command("migrate", verbosity=0)
acme, olga = Organization.objects.create(name="Acme", slug="acme"), User.objects.create_user("olga")
input("ready")
job = make()
claimed = verbs.claim(job.pk, 1, worker="w", lease=timedelta(minutes=1))
input("running")
result = run_claimed(claimed, listener=lambda progress: None, keeper=testing.NoKeeper())
later = testing.run(make())
print(result.job and result.job.state, Job.objects.filter(pk=job.pk).count(), later.state)
"""


@contextmanager
def worker(pair: Pair, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a process that claims a job, and later writes its outcome."""
    environment = {"DATABASE_URL": pair.url, "DATA_DIR": str(folder), "SECRET_KEY": "x" * 50}
    with subprocess.Popen(
        [sys.executable, "-c", WORKER],
        cwd=PROJECT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def wait_for_prompt(process: subprocess.Popen[str], prompt: str) -> None:
    """Wait until the process is at a prompt."""
    assert process.stdout is not None
    assert process.stdout.read(len(prompt)) == prompt


def proceed(process: subprocess.Popen[str]) -> None:
    """Let the process go on."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.mark.parametrize(
    ("lags", "expected"), [(False, "completed 1 completed"), (True, "None 0 completed")]
)
def test_an_attempt_writes_its_outcome_to_the_new_primary(
    tmp_path: Path, lags: bool, expected: str
) -> None:
    """A standby that lags has lost the job: the outcome is refused, and the process goes on."""
    with run_pair(tmp_path) as pair, worker(pair, tmp_path / "worker") as process:
        wait_for_prompt(process, "ready")
        if lags:
            pair.wait_until_caught_up()
            pair.stop_replication()
        proceed(process)
        wait_for_prompt(process, "running")
        if not lags:
            pair.wait_until_caught_up()
        pair.fail_over()
        proceed(process)
        assert process.stdout is not None
        assert process.stdout.read().strip() == expected
