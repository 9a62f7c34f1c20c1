"""The job types of the tests."""

from tests.jobtypes.job_types import (
    database,
    interrupted,
    misbehaving,
    outcomes,
    run_limits,
    steps,
    together,
)

__all__ = ["database", "interrupted", "misbehaving", "outcomes", "run_limits", "steps", "together"]
