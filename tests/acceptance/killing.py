"""Jobs whose worker is killed while a language model is about to answer them."""

import threading
from collections.abc import Callable
from typing import Any

from tests.acceptance.installation import Installation, until
from tests.ai.provider import Behaviour, Call, Provider, write


def killed_at_call(
    installation: Installation,
    model: Provider,
    number: int,
    submit: Callable[[], str],
    behave: Behaviour = write,
) -> dict[str, Any]:
    """Run a job whose worker is killed in the `number`th call of the model; give it as it ended."""
    reached, released = threading.Event(), threading.Event()
    begun = len(model.calls)

    def wait(call: Call) -> None:
        if len(model.calls) - begun == number:
            reached.set()
            released.wait(60)  # nobody is there any more to be answered
        behave(call)

    model.behave = wait
    try:
        job_id = submit()
        assert reached.wait(60)
        installation.kill_worker()
        until(lambda: installation.kinds(job_id).count("started") == 2, within=60)
        released.set()
        return installation.ended(job_id, within=90)
    finally:
        released.set()
        model.behave = write


def restored(installation: Installation, job_id: str) -> set[str]:
    """Read which steps a later attempt found done."""
    events = installation.events(job_id)
    return {one["data"]["step"] for one in events if one["kind"] == "step_restored"}
