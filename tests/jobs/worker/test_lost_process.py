"""Why a worker process was lost, as the owner of its job reads it."""

import os

import pytest
from celery.exceptions import WorkerLostError

from jobs.worker.lost_process import describe_loss, measure_memory

MEMORY = "This is also what happens when a machine runs out of memory."
LOST = "Worker exited prematurely: {} Job: 5."


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            WorkerLostError(LOST.format("exitcode 3")),
            "The worker process exited with code 3 while it ran the job.",
        ),
        (
            WorkerLostError(LOST.format("signal 11 (SIGSEGV)")),
            "The worker process was killed by signal 11 while it ran the job.",
        ),
        (
            WorkerLostError(LOST.format("signal 9 (SIGKILL)")),
            f"The worker process was killed by signal 9 while it ran the job. {MEMORY}",
        ),
        (SystemExit(-241), "The worker process ended while it ran the job."),
    ],
)
def test_the_exit_code_or_the_signal_is_named(error: BaseException, message: str) -> None:
    assert describe_loss(error, None) == message


def test_a_kill_names_the_memory_that_was_measured_last() -> None:
    measure_memory([os.getpid(), 2**30])
    error = WorkerLostError(LOST.format("signal 9 (SIGKILL)"))
    assert " GB resident while it ran the job." in describe_loss(error, os.getpid())
    assert "resident" not in describe_loss(error, 2**30)
