"""Which pools of Celery can run jobs. Others are refused when the worker starts."""

from collections.abc import Iterable
from typing import Any

from celery import concurrency
from celery.concurrency.prefork import TaskPool as PreforkPool
from celery.concurrency.solo import TaskPool as SoloPool

from jobs import registry

JOB_POOLS = (PreforkPool, SoloPool)
"""One job at a time in each process, in its main thread, where it can be interrupted."""

REFUSAL = (
    "The pool {pool} cannot run jobs (this worker consumes {queues}). It runs several jobs in one "
    "process, but one lease keeper renews the lease of one job and interrupts the main thread of "
    "its process. Start the worker with --pool=prefork and set --concurrency, also with "
    "--autoscale and --max-memory-per-child. --pool=threads can run maintenance and webhooks only."
)


def refuse_pool(pool: str | type[Any], queues: Iterable[str]) -> str | None:
    """Return why a worker with these queues must not start; `None` if its pool can run their jobs.

    `pool` is a class, or the name by which Celery knows it.
    """
    found = concurrency.get_implementation(pool)
    job_queues = sorted({declared.queue for declared in registry.all_types()} & set(queues))
    if not job_queues or (isinstance(found, type) and issubclass(found, JOB_POOLS)):
        return None
    name = str(getattr(found, "__module__", found)).rpartition(".")[2]
    return REFUSAL.format(pool=name, queues=", ".join(job_queues))
