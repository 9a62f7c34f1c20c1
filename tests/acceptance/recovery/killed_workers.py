"""Jobs whose worker is killed before a language model responds."""

import threading
from collections.abc import Callable
from typing import Any

from tests.acceptance.installation import Installation
from tests.jobs.ai.llm.provider import Behaviour, Call, Provider, write
from tests.waiting import TIMEOUT_SECONDS, until


def kill_worker_at_call(
    installation: Installation,
    model: Provider,
    number: int,
    submit: Callable[[], str],
    behave: Behaviour = write,
    *,
    about: str = "",
) -> dict[str, Any]:
    """Run a job and kill its worker during the `number`th call of the model; return the ended job.

    Calls that do not contain `about` belong to jobs of earlier tests; they get normal responses.
    """
    reached, released = threading.Event(), threading.Event()
    earlier_calls = count_calls(about, model)

    def wait(call: Call) -> None:
        if about not in str(call.body):
            write(call)
            return
        if count_calls(about, model) - earlier_calls == number:
            reached.set()
            released.wait(TIMEOUT_SECONDS)  # the caller is dead
        behave(call)

    model.behave = wait
    try:
        job_id = submit()
        assert reached.wait(TIMEOUT_SECONDS)
        installation.kill_worker()
        until(lambda: installation.event_kinds(job_id).count("started") == 2)
        released.set()
        return installation.wait_for_end(job_id)
    finally:
        released.set()
        model.behave = write


def count_calls(about: str, model: Provider) -> int:
    """Count the calls that contain this text."""
    return sum(about in str(call) for call in model.calls)


def restored_steps(installation: Installation, job_id: str) -> set[str]:
    """Return the steps that a later attempt restored."""
    events = installation.events(job_id)
    return {event["data"]["step"] for event in events if event["kind"] == "step_restored"}
