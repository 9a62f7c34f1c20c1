"""The metrics in Prometheus' text format, read from PostgreSQL and Redis when they are asked for.

Any web process gives the same answer: none keeps figures of its own.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import redis
from django.db import connection
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as MEDIA_TYPE
from prometheus_client.registry import Collector

from jobs import registry
from jobs.models import Counter
from jobs.models.states import TERMINAL, State
from jobs.monitoring.rollup import BEYOND, BOUNDS
from jobs.monitoring.ttl_cache import Recent
from jobs.redis import heartbeats, stream_limits

__all__ = ["MEDIA_TYPE", "Conveyor", "recent"]

log = logging.getLogger(__name__)

Values = Mapping[tuple[str, ...], float]
"""Values of a counter, by its labels."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A counter, as it is exposed."""

    name: str
    help: str
    labels: tuple[str, ...]


TYPE = ("type",)
COUNTERS = {
    "created": Counted(name="jobs_created", help="Jobs submitted, parts as well.", labels=TYPE),
    "started": Counted(name="jobs_started", help="Attempts that workers began.", labels=TYPE),
    "finished": Counted(
        name="jobs_finished", help="Jobs that ended, by state.", labels=("type", "outcome")
    ),
    "retried": Counted(
        name="job_retries", help="Attempts that failed and are repeated.", labels=("type", "error")
    ),
    "leases_lost": Counted(name="leases_lost", help="Attempts whose worker was lost.", labels=TYPE),
    "webhook_tries": Counted(
        name="webhook_tries", help="Tries to tell a webhook.", labels=("outcome",)
    ),
    "model_tokens": Counted(
        name="model_tokens", help="Tokens of language models.", labels=("model", "kind")
    ),
    "model_cost": Counted(
        name="model_cost_usd", help="Cost of language models, US dollars.", labels=("model",)
    ),
}
HISTOGRAMS = {
    "wait": Counted(name="job_wait_seconds", help="From due to started.", labels=TYPE),
    "duration": Counted(
        name="job_duration_seconds", help="The attempt that ended a job.", labels=TYPE
    ),
}
OUTCOMES = ("delivered", "refused", "unreachable")

NOW = """
SELECT queue, type, state, count(*), extract(epoch FROM
    clock_timestamp() - min(pending_until - pending_timeout) FILTER (WHERE state = 'pending'))
FROM jobs_job WHERE state IN ('waiting', 'scheduled', 'pending', 'running')
GROUP BY queue, type, state ORDER BY queue, type, state
"""


class Conveyor(Collector):
    """Everything that is exposed; two statements and two calls of Redis."""

    def collect(self) -> Iterator[Metric]:
        """Read it all. Raises what the database raises; without Redis, its part is left out."""
        counted = defaultdict[str, dict[tuple[str, ...], float]](dict)
        counted.update(_before_the_first())
        for name, labels, value in Counter.objects.values_list("name", "labels", "value"):
            counted[name][tuple(labels)] = value
        for name, family in COUNTERS.items():
            yield _counter(family, counted[name])
        for name, family in HISTOGRAMS.items():
            yield _histogram(family, counted[name], counted[f"{name}_sum"])
        yield from _jobs_now()
        yield from _of_redis()


def text() -> bytes:
    """Give all metrics in the text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Conveyor())
    return generate_latest(registry)


recent = Recent(text, seconds=1.0)
"""For several who scrape at once."""


def _before_the_first() -> dict[str, dict[tuple[str, ...], float]]:
    """Give zeros: a rate needs what was there before the first of a kind was counted."""
    types = [declared.name for declared in registry.all_types()]
    return {
        **{name: {(one,): 0.0 for one in types} for name in ("created", "started", "leases_lost")},
        "finished": {(one, str(state)): 0.0 for one in types for state in TERMINAL},
        "webhook_tries": {(outcome,): 0.0 for outcome in OUTCOMES},
    }


def _counter(family: Counted, values: Values) -> Metric:
    metric = CounterMetricFamily(_named(family.name), family.help, labels=family.labels)
    for labels, value in sorted(values.items()):
        metric.add_metric(labels, value)
    return metric


def _histogram(family: Counted, buckets: Values, sums: Values) -> Metric:
    metric = HistogramMetricFamily(_named(family.name), family.help, labels=family.labels)
    for labels, total in sorted(sums.items()):
        metric.add_metric(labels, list(_running_totals(labels, buckets)), sum_value=total)
    return metric


def _running_totals(labels: tuple[str, ...], buckets: Values) -> Iterator[tuple[str, float]]:
    """Give each bound with how many were at or below it, from how many fell into each bucket."""
    own = {float(key[-1]): number for key, number in buckets.items() if key[:-1] == labels}
    for bound in (*BOUNDS, float(BEYOND)):
        below = sum(number for upper, number in own.items() if upper <= bound)
        yield (BEYOND if bound == float(BEYOND) else str(bound)), below


def _jobs_now() -> Iterable[Metric]:
    jobs = _gauge("jobs", "Jobs that have not ended, now.", "type", "state")
    depth = _gauge("queue_depth", "Jobs that are due and wait for a worker, now.", "queue")
    oldest = _gauge("queue_oldest_seconds", "How long the first of them has waited.", "queue")
    queues = dict.fromkeys(sorted({one.queue for one in registry.all_types()}), (0, 0.0))
    counts = defaultdict[tuple[str, str], int](int)
    counts.update({(one.name, str(State.RUNNING)): 0 for one in registry.all_types()})
    with connection.cursor() as sql:
        sql.execute(NOW)
        for queue, name, state, number, waited in sql.fetchall():
            counts[name, state] += number
            if state == State.PENDING:
                before, longest = queues.get(queue, (0, 0.0))
                queues[queue] = (before + number, max(longest, float(waited or 0)))
    for (name, state), number in sorted(counts.items()):
        jobs.add_metric((name, state), number)
    for queue, (number, waited) in queues.items():
        depth.add_metric((queue,), number)
        oldest.add_metric((queue,), waited)
    return jobs, depth, oldest


def _of_redis() -> Iterator[Metric]:
    up = _gauge("redis_up", "Whether Redis answers; if not, what it knows is left out.")
    try:
        seen, streams = heartbeats.read(), stream_limits.count()
    except redis.RedisError as error:
        log.warning("metrics lack what Redis knows: %s", error)
        up.add_metric((), 0)
        yield up
        return
    up.add_metric((), 1)
    yield up
    workers = _gauge("workers", "Workers heard from within a minute, by queue.", "queue")
    queues = {one.queue for one in registry.all_types()}.union(*seen.workers.values())
    for queue in sorted(queues):
        workers.add_metric((queue,), len(seen.consumers_of([queue])))
    yield workers
    lag = _gauge("maintenance_lag_seconds", "Since a maintenance task last succeeded.", "task")
    for task, seconds in sorted(seen.task_ages.items()):
        lag.add_metric((task,), seconds)
    yield lag
    open_now = _gauge("streams_open", "Event streams that are open.")
    open_now.add_metric((), streams)
    yield open_now


def _gauge(name: str, said: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(_named(name), said, labels=labels)


def _named(name: str) -> str:
    return f"conveyor_{name}"
