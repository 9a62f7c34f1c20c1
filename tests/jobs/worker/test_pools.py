"""A worker whose pool cannot run its jobs does not start."""

import os
from unittest.mock import Mock

import pytest
from celery import signals

from jobs import tasks
from jobs.worker.pools import refuse_pool


@pytest.mark.parametrize(
    ("pool", "queues", "is_refused"),
    [
        ("prefork", ["default"], False),
        ("solo", ["default", "research"], False),
        ("threads", ["maintenance", "webhooks"], False),
        ("threads", ["maintenance", "default"], True),
    ],
)
def test_only_pools_with_one_job_per_process_run_jobs(
    pool: str, queues: list[str], is_refused: bool
) -> None:
    refusal = refuse_pool(pool, queues)
    assert (refusal is not None) == is_refused


def test_the_refusal_says_why_and_what_to_do() -> None:
    refusal = refuse_pool("threads", ["maintenance", "default", "research"])
    assert refusal is not None
    assert refusal.startswith("The pool thread cannot run jobs")
    assert "default, research" in refusal
    assert "--pool=prefork" in refusal


def test_a_worker_that_is_refused_exits_with_the_reason(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "refuse_pool", lambda *given: "The reason.")
    with pytest.raises(SystemExit) as end:
        signals.worker_init.send(sender=Mock())
    assert end.value.code == os.EX_CONFIG
    assert capsys.readouterr().err == "The reason.\n"
