"""The services of the stack: their commands, environments and stop order."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from config import env
from config.celery import MAINTENANCE, WEBHOOKS
from config.stack.access import Access

MARK = "CONVEYOR_STACK"
"""Environment variable by which a later run finds the processes of this data folder."""

NAMES = (
    "stack",
    "web",
    "worker",
    "maintenance",
    "webhooks",
    "beat",
    "flower",
    "model",
    "postgres",
    "valkey",
)
"""Names that prefix lines on the screen."""
HAND_BACK_GRACE = timedelta(seconds=10)
"""Time for a worker to hand its jobs back, after the grace of the jobs."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One supervised process."""

    name: str
    command: tuple[str, ...]
    phase: int
    """Services of a lower phase stop first; the next phase waits for them."""
    grace: timedelta
    """Time to stop; after it, the process is killed."""
    note: str = ""
    """Shown when it starts: its address, or its work."""
    environment: Mapping[str, str] = field(default_factory=dict)
    descriptors: tuple[int, ...] = ()
    """Open files that it inherits."""


def services(data_dir: Path, access: Access) -> list[Service]:
    """Return the services in start order.

    Stop order: beat first, so that it adds no work; then the workers, which hand their jobs back;
    then web, whose streams report that; last Flower.
    """
    models = [model(access)] if access.model_port else []
    return [*models, _web(access), *_workers(), _beat(), _flower(data_dir, access)]


def model(access: Access) -> Service:
    """Return the local model server, which stops after the workers that use it."""
    return Service(
        name="model",
        command=(sys.executable, "-m", "config.local_model", str(access.model_port)),
        phase=3,
        grace=timedelta(seconds=5),
        note=access.model_url,
    )


def _web(access: Access) -> Service:
    return Service(
        name="web",
        command=(sys.executable, "-m", "config.serve"),
        phase=3,
        grace=timedelta(seconds=15),
        note=access.web_url,
        environment={"WEB_FD": str(access.listener.fileno())},
        descriptors=(access.listener.fileno(),),
    )


def _workers() -> tuple[Service, ...]:
    """Return the workers; maintenance and webhooks have their own, so that no job delays them."""
    job_grace = env.seconds("WORKER_GRACE", timedelta(seconds=5))
    processes = env.integer("WORKERS", 2, at_least=1)
    others = f"--exclude-queues={MAINTENANCE},{WEBHOOKS}"
    jobs = Service(
        name="worker",
        command=_worker("worker", others, processes=processes),
        phase=2,
        grace=job_grace + HAND_BACK_GRACE,
        note=f"{processes} processes",
        environment={"WORKER_GRACE": str(job_grace.total_seconds())},
    )
    maintenance = Service(
        name="maintenance",
        command=_worker("maintenance", f"--queues={MAINTENANCE}", processes=1),
        phase=2,
        grace=job_grace + HAND_BACK_GRACE,
        note="relay, rescue, expiry, purge",
    )
    webhooks = Service(
        name="webhooks",
        command=_worker("webhooks", f"--queues={WEBHOOKS}", processes=1),
        phase=2,
        grace=job_grace + HAND_BACK_GRACE,
        note="delivers webhooks",
    )
    return jobs, maintenance, webhooks


def _beat() -> Service:
    return Service(
        name="beat",
        command=(*_celery(), "beat", "--pidfile="),  # a second beat is harmless
        phase=1,
        grace=timedelta(seconds=5),
        note="schedules the maintenance tasks",
    )


def _flower(data_dir: Path, access: Access) -> Service:
    return Service(
        name="flower",
        command=(*_celery(), "flower", "--persistent=True", f"--db={data_dir / 'flower'}"),
        phase=4,
        grace=timedelta(seconds=5),
        note=access.flower_url,
        environment=access.flower_environment,
    )


def environment(data_dir: Path, access: Access) -> dict[str, str]:
    """Return the environment that all services share."""
    models = {"LOCAL_MODEL_URL": access.model_url} if access.model_port else {}
    return {
        **os.environ,
        "DATA_DIR": str(data_dir),
        "LOG_FORMAT": env.raw("LOG_FORMAT") or "console",
        "PYTHONUNBUFFERED": "1",
        # Celery warns about root; messages are JSON, which cannot execute code
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        MARK: str(data_dir),
        **models,
    }


def _celery() -> tuple[str, ...]:
    return (sys.executable, "-m", "celery", "--app=config", "--quiet")


def _worker(name: str, queues: str, *, processes: int) -> tuple[str, ...]:
    # nothing here uses gossip and mingle between workers
    talk = ("--task-events", "--without-gossip", "--without-mingle")
    size = f"--concurrency={processes}"
    return (*_celery(), "worker", f"--hostname={name}@%h", queues, size, *talk)
