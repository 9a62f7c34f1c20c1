"""Jobs that have limits, wait for others or consist of parts."""

from pydantic import BaseModel, ConfigDict

from jobs.context import JobContext
from jobs.errors import InvalidInput
from jobs.registry import Limit, job_type
from jobs.retry_policy import RetryPolicy
from tests.jobtypes.job_types.inputs import Text, record, wait_at_gate


@job_type("limited", input=Text, output=Text, limits=(Limit(scope="user", size=3),))
def limited(job: JobContext, query: Text) -> Text:
    """Three at once for a user."""
    return query


@job_type("gathering", input=Text, output=Text, limits=())
def gathering(job: JobContext, query: Text) -> Text:
    """Put the outputs of what it depends on together."""
    found = sorted(
        f"{parent}: {output['text']}" for parent, output in job.dependency_outputs().items()
    )
    return Text(text=", ".join(found))


class Letters(BaseModel):
    """Letters to be written down; those of a part are one letter."""

    model_config = ConfigDict(extra="forbid")
    letters: str
    ledger: str = ""
    gate: str = ""


@job_type(
    "splitting",
    input=Letters,
    output=Text,
    retry=RetryPolicy(max_attempts=1),
    limits=(Limit(scope="user", size=3),),
)
def splitting(job: JobContext, query: Letters) -> Text:
    """Write each letter by a part of its own; X cannot be written."""
    if len(query.letters) > 1:
        outputs = job.split([{**query.model_dump(), "letters": one} for one in query.letters])
        return Text(text="".join(output["text"] for output in outputs))
    wait_at_gate(job, query.gate)
    if query.ledger:
        job.step("write", record, query.ledger, query.letters)
    if query.letters == "X" and job.attempt == 1:
        raise InvalidInput("X cannot be written.")
    return Text(text=query.letters)
