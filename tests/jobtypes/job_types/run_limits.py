"""Jobs with limits at run time: one type for each kind of limit."""

import time
from datetime import timedelta

from pydantic import BaseModel, ConfigDict

from jobs.context import JobContext
from jobs.registry import Concurrency, Rate, job_type
from jobs.retry_policy import RetryPolicy
from tests.jobtypes.job_types.inputs import Text, wait_at_gate


class Order(BaseModel):
    """Work at a site."""

    model_config = ConfigDict(extra="forbid")
    site: str = ""
    gate: str = ""
    pause: float = 0.0


LIMITS = {
    "two_at_once": Concurrency(2),
    "two_per_organization": Concurrency(2, scope="organization"),
    "two_per_user": Concurrency(2, scope="user"),
    "two_per_subject": Concurrency(2, scope="subject"),
    "two_per_site": Concurrency(2, key=lambda order: order.site),
    "one_per_site": Concurrency(1, key=lambda order: order.site),
    "two_an_hour": Rate(2, per=timedelta(hours=1), scope="organization"),
    "ten_a_second": Rate(10, per=timedelta(seconds=1)),
}


def work(job: JobContext, order: Order) -> Text:
    """Take the time that the order needs, and wait until the gate is open."""
    time.sleep(order.pause)
    wait_at_gate(job, order.gate)
    return Text(text=order.site)


for name in ("short_work", "long_work"):  # without a limit
    job_type(name, input=Order, output=Text)(work)

for name, limit in LIMITS.items():
    job_type(
        name,
        input=Order,
        output=Text,
        run_limits=(limit,),
        retry=RetryPolicy(max_attempts=9),  # the tests kill workers
    )(work)
