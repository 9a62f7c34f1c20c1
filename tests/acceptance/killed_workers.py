"""Jobs whose worker is killed before a language model responds."""

import threading
from collections.abc import Callable
from typing import Any

from tests.acceptance.installation import Installation
from tests.jobs.ai.llm.provider import Behaviour, Call, Provider, write
from tests.waiting import TIMEOUT_SECONDS, until


def killed_at_call(
    installation: Installation,
    model: Provider,
    number: int,
    submit: Callable[[], str],
    behave: Behaviour = write,
    *,
    about: str = "",
) -> dict[str, Any]:
    """Run a job whose worker is killed in the `number`th call of the model; give it as it ended.

    Calls that are not `about` this are other jobs', of a test before, and are answered as ever.
    """
    reached, released = threading.Event(), threading.Event()
    begun = calls_about(about, model)

    def wait(call: Call) -> None:
        if about not in str(call.body):
            write(call)
            return
        if calls_about(about, model) - begun == number:
            reached.set()
            released.wait(TIMEOUT_SECONDS)  # nobody is there any more to be answered
        behave(call)

    model.behave = wait
    try:
        job_id = submit()
        assert reached.wait(TIMEOUT_SECONDS)
        installation.kill_worker()
        until(lambda: installation.kinds(job_id).count("started") == 2)
        released.set()
        return installation.ended(job_id)
    finally:
        released.set()
        model.behave = write


def calls_about(about: str, model: Provider) -> int:
    """Count the calls in which this is said."""
    return sum(about in str(call) for call in model.calls)


def restored(installation: Installation, job_id: str) -> set[str]:
    """Read which steps a later attempt found done."""
    events = installation.events(job_id)
    return {one["data"]["step"] for one in events if one["kind"] == "step_restored"}
