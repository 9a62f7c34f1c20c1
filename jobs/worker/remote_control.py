"""Remote control commands of Celery workers: stop and start taking messages."""

from typing import Any

from celery.worker.control import control_command

from jobs.dispatch.draining import DRAIN, UNDRAIN

_drained: set[str] = set()
"""The queues that this worker consumed before it was drained."""


@control_command(name=DRAIN)
def drain(state: Any) -> dict[str, str]:
    """Take no more messages. Running jobs go on."""
    queues = state.consumer.task_consumer.queues
    for queue in [queue.name for queue in queues]:
        _drained.add(queue)
        state.consumer.cancel_task_queue(queue)
    return {"ok": "drained"}


@control_command(name=UNDRAIN)
def undrain(state: Any) -> dict[str, str]:
    """Take messages of the former queues again."""
    while _drained:
        state.consumer.add_task_queue(_drained.pop())
    return {"ok": "consuming"}
