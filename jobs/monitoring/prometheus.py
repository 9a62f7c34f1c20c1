"""The metrics in Prometheus' text format, read from PostgreSQL and Redis at each scrape.

All web processes return the same metrics, since no process has counters of its own.
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
from jobs.monitoring.clocks import read_skews
from jobs.monitoring.rollup import BEYOND, BOUNDS
from jobs.monitoring.ttl_cache import TtlCache
from jobs.redis import heartbeats, stream_limits

__all__ = ["MEDIA_TYPE", "ConveyorCollector", "recent"]

log = logging.getLogger(__name__)

Values = Mapping[tuple[str, ...], float]
"""The values of a metric by its labels."""


@dataclass(frozen=True, kw_only=True)
class MetricFamily:
    """The name, help text and labels of a metric."""

    name: str
    help: str
    labels: tuple[str, ...]


TYPE = ("type",)
COUNTERS = {
    "created": MetricFamily(
        name="jobs_created", help="Submitted jobs, including parts of split jobs.", labels=TYPE
    ),
    "started": MetricFamily(name="jobs_started", help="Started attempts.", labels=TYPE),
    "finished": MetricFamily(
        name="jobs_finished", help="Ended jobs, by state.", labels=("type", "outcome")
    ),
    "retried": MetricFamily(
        name="job_retries", help="Failed attempts that are retried.", labels=("type", "error")
    ),
    "leases_lost": MetricFamily(
        name="leases_lost", help="Attempts whose worker was lost.", labels=TYPE
    ),
    "webhook_tries": MetricFamily(
        name="webhook_tries", help="Tries of webhook deliveries.", labels=("outcome",)
    ),
    "model_tokens": MetricFamily(
        name="model_tokens", help="Tokens of language models.", labels=("model", "kind")
    ),
    "model_cost": MetricFamily(
        name="model_cost_usd", help="Cost of language models in US dollars.", labels=("model",)
    ),
}
HISTOGRAMS = {
    "wait": MetricFamily(
        name="job_wait_seconds", help="Time from due to the start of the attempt.", labels=TYPE
    ),
    "duration": MetricFamily(
        name="job_duration_seconds", help="Duration of the last attempt of a job.", labels=TYPE
    ),
}
OUTCOMES = ("delivered", "refused", "unreachable")

NOW = """
SELECT queue, type, state, count(*), extract(epoch FROM
    clock_timestamp() - min(pending_until - pending_timeout) FILTER (WHERE state = 'pending'))
FROM jobs_job WHERE state IN ('waiting', 'scheduled', 'pending', 'running')
GROUP BY queue, type, state ORDER BY queue, type, state
"""


class ConveyorCollector(Collector):
    """Collects all metrics with two SQL statements and two calls to Redis."""

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics; without Redis, those of Redis are absent. Raises database errors."""
        values = defaultdict[str, dict[tuple[str, ...], float]](dict)
        values.update(_zeros())
        for name, labels, value in Counter.objects.values_list("name", "labels", "value"):
            values[name][tuple(labels)] = value
        for name, family in COUNTERS.items():
            yield _counter(family, values[name])
        for name, family in HISTOGRAMS.items():
            yield _histogram(family, values[name], values[f"{name}_sum"])
        yield from _collect_jobs()
        skew = _gauge(
            "clock_skew_seconds", "How far a machine's clock is ahead of the database.", "process"
        )
        for process, seconds in sorted(read_skews().items()):
            skew.add_metric((process,), seconds)
        yield skew
        yield from _collect_redis()


def render_metrics() -> bytes:
    """Return all metrics in the text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(ConveyorCollector())
    return generate_latest(registry)


recent = TtlCache(render_metrics, seconds=1.0)
"""Shared by concurrent scrapes of this process."""


def _zeros() -> dict[str, dict[tuple[str, ...], float]]:
    """Return zeros for all known labels: a rate needs the value before the first increment."""
    names = [job_type.name for job_type in registry.all_types()]
    metrics = ("created", "started", "leases_lost")
    return {
        **{metric: {(name,): 0.0 for name in names} for metric in metrics},
        "finished": {(name, str(state)): 0.0 for name in names for state in TERMINAL},
        "webhook_tries": {(outcome,): 0.0 for outcome in OUTCOMES},
    }


def _counter(family: MetricFamily, values: Values) -> Metric:
    metric = CounterMetricFamily(_full_name(family.name), family.help, labels=family.labels)
    for labels, value in sorted(values.items()):
        metric.add_metric(labels, value)
    return metric


def _histogram(family: MetricFamily, buckets: Values, sums: Values) -> Metric:
    metric = HistogramMetricFamily(_full_name(family.name), family.help, labels=family.labels)
    for labels, total in sorted(sums.items()):
        metric.add_metric(labels, list(_cumulate(labels, buckets)), sum_value=total)
    return metric


def _cumulate(labels: tuple[str, ...], buckets: Values) -> Iterator[tuple[str, float]]:
    """Yield each upper bound with the number of values at or below it."""
    own = {float(key[-1]): number for key, number in buckets.items() if key[:-1] == labels}
    for bound in (*BOUNDS, float(BEYOND)):
        total = sum(number for upper, number in own.items() if upper <= bound)
        yield (BEYOND if bound == float(BEYOND) else str(bound)), total


def _collect_jobs() -> Iterable[Metric]:
    jobs = _gauge("jobs", "Jobs that have not ended.", "type", "state")
    depth = _gauge("queue_depth", "Due jobs that wait for a worker.", "queue")
    oldest = _gauge("queue_oldest_seconds", "The longest wait of a due job.", "queue")
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


def _collect_redis() -> Iterator[Metric]:
    up = _gauge("redis_up", "Whether Redis responds. If not, its metrics are absent.")
    try:
        found, streams = heartbeats.read(), stream_limits.count()
    except redis.RedisError as error:
        log.warning("Redis is unavailable, its metrics are omitted: %s", error)
        up.add_metric((), 0)
        yield up
        return
    up.add_metric((), 1)
    yield up
    workers = _gauge("workers", "Workers with a heartbeat within a minute, by queue.", "queue")
    queues = {one.queue for one in registry.all_types()}.union(*found.workers.values())
    for queue in sorted(queues):
        workers.add_metric((queue,), len(found.consumers_of([queue])))
    yield workers
    lag = _gauge(
        "maintenance_lag_seconds", "Seconds since a maintenance task last succeeded.", "task"
    )
    for task, seconds in sorted(found.task_ages.items()):
        lag.add_metric((task,), seconds)
    yield lag
    failing = _gauge(
        "maintenance_failing_seconds", "Since when a duty of maintenance fails.", "duty"
    )
    for duty, seconds in sorted(found.failing.items()):
        failing.add_metric((duty,), seconds)
    yield failing
    open_now = _gauge("streams_open", "Open event streams.")
    open_now.add_metric((), streams)
    yield open_now


def _gauge(name: str, help: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(_full_name(name), help, labels=labels)


def _full_name(name: str) -> str:
    return f"conveyor_{name}"
