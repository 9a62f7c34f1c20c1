"""Work in steps that records how often each one ran."""

import time

from jobs.context import JobContext
from jobs.errors import TransientError
from jobs.registry import job_type
from tests.jobtypes.job_types.inputs import QUICK, Ledger, Text, record, wait_at_gate


def take_step(query: Ledger, job_id: str, name: str) -> str:
    """Have an effect: a line that says which job's step this was, and when."""
    record(query.ledger, f"{job_id} {name} {time.time()}")
    time.sleep(query.pause)
    return name


@job_type("stepping", input=Ledger, output=Text, limits=(), retry=QUICK)
def stepping(job: JobContext, query: Ledger) -> Text:
    """Do its steps, each with an effect; wait at the gate; say which attempt came to the end."""
    for number in range(1, query.steps + 1):
        job.step(f"step-{number}", take_step, query, str(job.id), f"step-{number}")
        job.progress(90 * number // query.steps, f"Step {number} done")
    wait_at_gate(job, query.gate)
    return Text(text=f"attempt {job.attempt}")


@job_type("writing", input=Ledger, output=Text, limits=(), retry=QUICK)
def writing(job: JobContext, query: Ledger) -> Text:
    """Write a text word by word; wait at the gate in its middle; the first attempt fails."""
    for word in ("once", "upon"):
        job.stream_text(f"{word} ")
        time.sleep(query.pause)
    wait_at_gate(job, query.gate)
    if job.attempt == 1 and query.steps > 1:
        raise TransientError("The model went away.")
    job.stream_text("a time")
    return Text(text="once upon a time")
