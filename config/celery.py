"""The Celery app: how messages travel. The truth is in PostgreSQL, see docs/lifecycle.md."""

import os
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

QUEUES = ("default", "research", "documents")
"""Queues of job types. More appear by themselves when a job type names one."""
MAINTENANCE = "maintenance"
"""Queue of the beat's tasks, with a worker of its own: a long job never delays a rescue."""
WEBHOOKS = "webhooks"
"""Queue of those who deliver webhooks, with a worker of its own: receivers may be slow."""
FIRST = 0
"""kombu's priorities run from 0, the first, to 9, the last."""

app = Celery("conveyor")
app.config_from_object("django.conf:settings", namespace="CELERY")

app.conf.update(
    # JSON only: a message that could name a Python object could run one
    accept_content=["json"],
    task_serializer="json",
    result_serializer="json",
    # acknowledged when the job has ended or been handed back, so a lost worker loses no message
    task_acks_late=True,
    # a lost child is dealt with by the job's row (crashes are counted); Celery would loop for ever
    task_reject_on_worker_lost=False,
    # one message in hand for each process: what waits stays in the broker, in order of priority
    worker_prefetch_multiplier=1,
    # no message beyond those that run: a prefetched one would wait behind a long job
    worker_disable_prefetch=True,
    # a running job whose connection broke still owns its lease, and finishes
    worker_cancel_long_running_tasks_on_connection_loss=False,
    # the row is the result; `update_state` still stores progress
    task_ignore_result=True,
    # progress of ended jobs is of no use for long, and must not fill the broker's memory
    result_expires=timedelta(hours=1),
    # Flower shows tasks from the moment when a worker receives them. Until then, the row in
    # PostgreSQL says where a job is; an event per submission would cost a third of its time.
    worker_send_task_events=True,
    task_send_sent_event=False,
    # `config.logs` has the only say about logging; prints of libraries stay what they are
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    # a worker that starts before the broker waits for it
    broker_connection_retry_on_startup=True,
    # and for ever: giving up after 100 tries would leave a machine without a worker
    broker_connection_max_retries=None,
    # seconds; a submission with the broker away must be quick: the relay publishes it later
    broker_connection_timeout=2.0,
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_max": 0.2},
    task_default_queue="default",
    task_queues=[Queue(name) for name in (*QUEUES, MAINTENANCE, WEBHOOKS)],
    task_routes={"jobs.deliver_webhooks": {"queue": WEBHOOKS}},
    # a job type may name a queue of its own without an edit here
    task_create_missing_queues=True,
    enable_utc=True,
    timezone="UTC",
)

app.conf.broker_transport_options = {
    # longer than any job: kombu would hand the message of a longer one to a second worker
    "visibility_timeout": int(timedelta(hours=12).total_seconds()),
    # one list for each priority, asked in order; without the strategy they are asked in turn
    "priority_steps": list(range(10)),
    "queue_order_strategy": "priority",
    # seconds; a connection that died without a word is noticed, and not waited for
    "socket_timeout": 10.0,
    "socket_connect_timeout": 2.0,
    "socket_keepalive": True,
    "health_check_interval": 10,
}

# A job reports its progress through the result backend, and must never be held up by it: with the
# backend away a report fails within half a second, and the row says it all the same.
app.conf.update(
    redis_socket_timeout=2.0,
    redis_socket_connect_timeout=1.0,
    redis_retry_on_timeout=False,
    result_backend_transport_options={
        "retry_policy": {"max_retries": 1, "interval_start": 0.0, "interval_max": 0.2}
    },
    result_backend_always_retry=False,
)


def _every(task: str, seconds: float, queue: str = MAINTENANCE) -> dict[str, Any]:
    """Declare a maintenance task: at most one waits, since it expires before its next run."""
    return {
        "task": task,
        "schedule": timedelta(seconds=seconds),
        "options": {"queue": queue, "priority": FIRST, "expires": seconds * 0.9},
    }


app.conf.beat_schedule = {
    "relay": _every("jobs.relay", 2),
    "rescue": _every("jobs.rescue", 5),
    "expire": _every("jobs.expire", 30),
    "count": _every("jobs.count", 5),
    "purge": _every("jobs.purge", 600),
    "deliver": _every("jobs.deliver_webhooks", 5, WEBHOOKS),
    # each run takes one of 256 parts of the store: once a day for each file
    "sweep-documents": _every("documents.sweep", 337),
    # each run takes one of 24 parts of the organizations
    "sweep-reports": _every("reports.sweep", 3600),
    "purge-deliveries": _every("jobs.purge_deliveries", 600),
}
app.autodiscover_tasks()


@setup_logging.connect
def _logging_is_set_up(**_: Any) -> None:
    """Keep Celery from configuring logging: Django's set-up has done so by `config.logs`."""
