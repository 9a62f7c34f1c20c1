"""The job types of the tests."""

from tests.jobtypes.job_types import interrupted, outcomes, steps, together

__all__ = ["interrupted", "outcomes", "steps", "together"]
