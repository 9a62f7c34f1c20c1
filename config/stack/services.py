"""The services of the stack: their commands, environments and stop order."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from config import env
from config.celery import MAINTENANCE, MAINTENANCE_THREADS, WEBHOOKS
from config.stack.addresses import StackAddresses

DATA_DIR_MARK = "CONVEYOR_STACK"
"""Environment variable by which a later run recognizes the processes of this data folder."""

OUTPUT_NAMES = (
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
"""Names in front of the lines in the terminal."""
HAND_BACK_GRACE = timedelta(seconds=10)
"""Time for a worker to release its jobs, in addition to their grace period."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One supervised process."""

    name: str
    command: tuple[str, ...]
    phase: int
    """Services stop in the order of their phases; each phase waits for the one before."""
    grace: timedelta
    """Time to stop; then it is killed."""
    note: str = ""
    """Shown at the start: its address or its purpose."""
    environment: Mapping[str, str] = field(default_factory=dict)
    descriptors: tuple[int, ...] = ()
    """Open file descriptors that it inherits."""


def list_services(data_dir: Path, addresses: StackAddresses) -> list[Service]:
    """Return the services in the order of their start.

    Beat stops first, so that no new tasks arrive. Then the workers stop and release their jobs;
    then web, whose streams still report that; Flower last.
    """
    models = [model_service(addresses)] if addresses.model_port else []
    return [*models, _web(addresses), *_workers(), _beat(), _flower(data_dir, addresses)]


def model_service(addresses: StackAddresses) -> Service:
    """Return the local model server. It stops after the workers, which use it."""
    return Service(
        name="model",
        command=(sys.executable, "-m", "config.local_model", str(addresses.model_port)),
        phase=3,
        grace=timedelta(seconds=5),
        note=addresses.model_url,
    )


def _web(addresses: StackAddresses) -> Service:
    return Service(
        name="web",
        command=(sys.executable, "-m", "config.web_server"),
        phase=3,
        grace=timedelta(seconds=15),
        note=addresses.web_url,
        environment={"WEB_FD": str(addresses.listener.fileno())},
        descriptors=(addresses.listener.fileno(),),
    )


def _workers() -> tuple[Service, ...]:
    """Three workers, so that neither long jobs nor slow webhook receivers delay a rescue."""
    job_grace = env.seconds("WORKER_GRACE", timedelta(seconds=5))
    processes = env.integer("WORKERS", 2, at_least=1)
    job_queues = f"--exclude-queues={MAINTENANCE},{WEBHOOKS}"
    jobs = Service(
        name="worker",
        command=_worker("worker", job_queues, processes=processes),
        phase=2,
        grace=job_grace + HAND_BACK_GRACE,
        note=f"{processes} processes that run jobs",
        environment={"WORKER_GRACE": str(job_grace.total_seconds())},
    )
    maintenance = Service(
        name="maintenance",
        command=_worker(
            "maintenance",
            f"--queues={MAINTENANCE}",
            "--pool=threads",
            processes=MAINTENANCE_THREADS,
        ),
        phase=2,
        grace=job_grace + HAND_BACK_GRACE,
        note="relay, rescue, expiry, retention",
    )
    webhooks = Service(
        name="webhooks",
        command=_worker("webhooks", f"--queues={WEBHOOKS}", processes=1),
        phase=2,
        grace=job_grace + HAND_BACK_GRACE,
        note="webhook deliveries",
    )
    return jobs, maintenance, webhooks


def _beat() -> Service:
    return Service(
        name="beat",
        command=(*_celery(), "beat", "--pidfile="),  # a second beat is harmless
        phase=1,
        grace=timedelta(seconds=5),
        note="enqueues maintenance tasks every few seconds",
    )


def _flower(data_dir: Path, addresses: StackAddresses) -> Service:
    return Service(
        name="flower",
        command=(*_celery(), "flower", "--persistent=True", f"--db={data_dir / 'flower'}"),
        phase=4,
        grace=timedelta(seconds=5),
        note=addresses.flower_url,
        environment=addresses.flower_environment,
    )


def service_environment(data_dir: Path, addresses: StackAddresses) -> dict[str, str]:
    """Return the environment variables that all services share."""
    models = {"LOCAL_MODEL_URL": addresses.model_url} if addresses.model_port else {}
    return {
        **os.environ,
        "DATA_DIR": str(data_dir),
        "LOG_FORMAT": env.raw("LOG_FORMAT") or "console",
        "PYTHONUNBUFFERED": "1",
        # Celery warns about root because of pickle; these messages are JSON and cannot contain code
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        DATA_DIR_MARK: str(data_dir),
        **models,
    }


def _celery() -> tuple[str, ...]:
    return (sys.executable, "-m", "celery", "--app=config", "--quiet")


def _worker(name: str, *options: str, processes: int) -> tuple[str, ...]:
    # gossip and mingle exchange messages between workers that nothing here uses
    common = ("--task-events", "--without-gossip", "--without-mingle")
    size = f"--concurrency={processes}"
    return (*_celery(), "worker", f"--hostname={name}@%h", *options, size, *common)
