"""Jobs with limits at run time: one type for each kind of limit."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict

from jobs.context import JobContext
from jobs.registry import Concurrency, Rate, job_type
from tests.jobtypes.job_types.inputs import Text, wait_at_gate


class Order(BaseModel):
    """Work at a site."""

    model_config = ConfigDict(extra="forbid")
    site: str = ""
    gate: str = ""


LIMITS = {
    "two_at_once": Concurrency(2),
    "two_per_organization": Concurrency(2, scope="organization"),
    "two_per_user": Concurrency(2, scope="user"),
    "two_per_subject": Concurrency(2, scope="subject"),
    "two_per_site": Concurrency(2, key=lambda order: order.site),
    "two_an_hour": Rate(2, per=timedelta(hours=1), scope="organization"),
}


def work(job: JobContext, order: Order) -> Text:
    """Wait until the gate is open."""
    wait_at_gate(job, order.gate)
    return Text(text=order.site)


for name, limit in LIMITS.items():
    job_type(name, input=Order, output=Text, run_limits=(limit,))(work)
