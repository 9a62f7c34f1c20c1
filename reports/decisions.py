"""Which decision something was made for."""

from jobs.context import JobContext

LABEL = "decision"


def decision_of(job: JobContext, *, otherwise: str = "") -> str:
    """Give the job's label `decision`, by which all that was made for one is found together."""
    return job.labels.get(LABEL, "") or otherwise
