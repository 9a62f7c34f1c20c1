"""Drain workers: a paused worker finishes its jobs and takes no more messages.

The pause is in the database. The relay compares it with the queues in the heartbeats of the workers
and repeats the command, so a lost command or a restarted worker delays it by seconds.
"""

import logging

from celery import current_app
from kombu.exceptions import OperationalError
from redis import RedisError

from jobs.models import Pause
from jobs.models.pauses import PauseScope
from jobs.redis import heartbeats

log = logging.getLogger(__name__)

DRAIN = "drain_jobs"
UNDRAIN = "undrain_jobs"
"""Names of remote control commands, see `jobs.worker.remote_control`."""


def sync() -> None:
    """Send each worker the command that its pause requires, if it does not follow that yet."""
    try:
        workers = heartbeats.read().workers
    except RedisError:
        return
    paused = set(Pause.objects.filter(scope=PauseScope.WORKER).values_list("value", flat=True))
    consuming = {name for name, queues in workers.items() if any(queues)}
    _broadcast(DRAIN, sorted(paused & consuming))
    _broadcast(UNDRAIN, sorted(workers.keys() - consuming - paused))


def _broadcast(command: str, workers: list[str]) -> None:
    if workers:
        try:
            current_app.control.broadcast(command, destination=workers)
        except (OperationalError, OSError) as error:
            log.warning("cannot send %s to %s, the relay will: %s", command, workers, error)
