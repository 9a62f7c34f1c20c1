"""Fail jobs that no worker started in time."""

from jobs.dispatch.after_end import follow_all
from jobs.lifecycle import verbs
from jobs.maintenance.relay import BATCH


def expire() -> int:
    """Fail jobs that have been pending for longer than their type allows."""
    return len(follow_all(verbs.expire_overdue(BATCH)))
