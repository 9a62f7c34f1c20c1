"""The cost of the webhook outbox for transitions without a webhook. Run with `-m benchmark -s`."""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from jobs.lifecycle import verbs, webhook_outbox
from jobs.models import Job

ROUNDS, JOBS = 10, 50


def microseconds(make_job: Callable[..., Job]) -> list[float]:
    """Time a claim and a completion of each of some jobs; give the time of a transition."""
    taken = []
    for job in [make_job() for _ in range(JOBS)]:
        begun = time.perf_counter()
        claimed = verbs.claim(job.pk, 1, worker="w", lease=timedelta(seconds=30))
        assert claimed is not None
        verbs.complete(claimed, {"text": "x"})
        taken.append((time.perf_counter() - begun) / 2 * 1e6)
    return taken


@pytest.mark.benchmark
@pytest.mark.django_db(transaction=True)
def test_a_transition_without_a_webhook_costs_next_to_nothing(
    make_job: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    without, with_webhooks = [], []
    microseconds(make_job)  # warms up
    for _ in range(ROUNDS):  # in turn: other load hits both
        with monkeypatch.context() as patch:
            patch.setattr(webhook_outbox, "job_deliveries", lambda kind: "0")
            without += microseconds(make_job)
        with_webhooks += microseconds(make_job)
    before, after = (statistics.quantiles(one, n=10)[0] for one in (without, with_webhooks))
    more = after / before - 1
    print(f"\n{before:.0f} us a transition, {after:.0f} us with webhooks: +{more:.1%}")  # noqa: T201
    assert after < 1.2 * before
