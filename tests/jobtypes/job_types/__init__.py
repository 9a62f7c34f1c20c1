"""The job types of the tests."""

from tests.jobtypes.job_types import interrupted, outcomes, run_limits, steps, together

__all__ = ["interrupted", "outcomes", "run_limits", "steps", "together"]
