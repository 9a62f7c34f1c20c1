"""Job types of the tests, by what they are for."""

from tests.jobtypes.job_types import interrupted, outcomes, steps, together

__all__ = ["interrupted", "outcomes", "steps", "together"]
