"""The Celery app: transport of messages. The state is in PostgreSQL, see docs/lifecycle.md."""

import os
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Celery would run Django's system checks in each worker and drop their results. The checks of URLs
# load the web interface: 19 MB in each process. `manage.py check` reports the results.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

QUEUES = ("default", "research", "documents")
"""Queues of job types. A job type that names another queue creates it."""
MAINTENANCE = "maintenance"
"""Queue of the tasks of beat. It has its own worker, so that a long job never delays a rescue."""
MAINTENANCE_THREADS = 10
"""More than there are tasks of beat, of which each runs once at a time: none waits for another."""
WEBHOOKS = "webhooks"
"""Queue of webhook deliveries. It has its own worker, because receivers can be slow."""
HIGHEST_PRIORITY = 0
"""kombu's priorities are 0 (first) to 9 (last)."""

app = Celery("conveyor")
app.config_from_object("django.conf:settings", namespace="CELERY")

app.conf.update(
    # JSON only: pickled messages could run code
    accept_content=["json"],
    task_serializer="json",
    result_serializer="json",
    # acknowledge when the job has ended or was released, so a lost worker loses no message
    task_acks_late=True,
    # rescue handles a lost child process and counts its crashes; Celery would requeue for ever
    task_reject_on_worker_lost=False,
    # one message per process: waiting messages stay in the broker, in order of priority
    worker_prefetch_multiplier=1,
    # fetch no message beyond the running ones: it would wait behind a long job
    worker_disable_prefetch=True,
    # a running job keeps its lease when the broker connection breaks, and finishes
    worker_cancel_long_running_tasks_on_connection_loss=False,
    # the job's row holds the result; `update_state` still stores progress
    task_ignore_result=True,
    # progress of ended jobs soon has no use and must not fill the broker's memory
    result_expires=timedelta(hours=1),
    # Flower shows tasks from the moment when a worker receives them. Before, the row in PostgreSQL
    # shows the state of a job; an event per submission would cost a third of its time.
    worker_send_task_events=True,
    task_send_sent_event=False,
    # `config.logs` alone configures logging; prints of libraries stay unchanged
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    # a worker that starts before the broker waits for it
    broker_connection_retry_on_startup=True,
    # for ever: the default, 100 retries, would leave a machine without a worker
    broker_connection_max_retries=None,
    # seconds; without a broker a submission must be quick: the relay publishes it later
    broker_connection_timeout=2.0,
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_max": 0.2},
    task_default_queue="default",
    task_queues=[Queue(name) for name in (*QUEUES, MAINTENANCE, WEBHOOKS)],
    task_routes={"jobs.deliver_webhooks": {"queue": WEBHOOKS}},
    # a job type can name a new queue without a change here
    task_create_missing_queues=True,
    enable_utc=True,
    timezone="UTC",
)

app.conf.broker_transport_options = {
    # longer than any job: after it, kombu redelivers the message to another worker
    "visibility_timeout": int(timedelta(hours=12).total_seconds()),
    # one list per priority, read in order; without the strategy they are read round-robin
    "priority_steps": list(range(10)),
    "queue_order_strategy": "priority",
    # seconds; detects a connection that died silently
    "socket_timeout": 10.0,
    "socket_connect_timeout": 2.0,
    "socket_keepalive": True,
    "health_check_interval": 10,
}

# A job reports its progress to the result backend, which must never block it: if the backend is
# down, a report fails within half a second. The job's row holds the progress as well.
app.conf.update(
    redis_socket_timeout=2.0,
    redis_socket_connect_timeout=1.0,
    redis_retry_on_timeout=False,
    result_backend_transport_options={
        "retry_policy": {"max_retries": 1, "interval_start": 0.0, "interval_max": 0.2}
    },
    result_backend_always_retry=False,
)


def _schedule(task: str, seconds: float, queue: str = MAINTENANCE) -> dict[str, Any]:
    """Return a beat entry. The scheduler sees to it that one message of a task waits at most."""
    return {
        "task": task,
        "schedule": timedelta(seconds=seconds),
        "options": {"queue": queue, "priority": HIGHEST_PRIORITY},
    }


app.conf.beat_scheduler = "jobs.maintenance.beat:MonotonicScheduler"
app.conf.beat_schedule = {
    "relay": _schedule("jobs.relay", 2),
    "schedules": _schedule("jobs.fire_schedules", 2),
    "rescue": _schedule("jobs.rescue", 5),
    "expire": _schedule("jobs.expire", 30),
    "count": _schedule("jobs.count", 5),
    "purge": _schedule("jobs.purge", 600),
    "deliver": _schedule("jobs.deliver_webhooks", 5, WEBHOOKS),
    # each run checks one of 256 parts of the file storage: each file once a day
    "sweep-documents": _schedule("documents.sweep", 337),
    # each run handles one of 24 parts of the organizations
    "sweep-reports": _schedule("reports.sweep", 3600),
    "purge-deliveries": _schedule("jobs.purge_deliveries", 600),
}
app.autodiscover_tasks()


@setup_logging.connect
def _skip_logging_setup(**_: Any) -> None:
    """Keep Celery from configuring logging: Django has already called `config.logs`."""
