"""The engine of Conveyor: durable background jobs on Django and Celery. It contains no job types.

`jobs.submit`, `status`, `wait`, `cancel` and `retry` are for code of the same project; see
`jobs.python_api`. They are imported at their first use (PEP 562), so that this package can be
imported before Django is set up, and by programs without Django (`jobs.client`).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jobs.python_api import Debounce, JobOptions, Unique, cancel, retry, status, submit, wait

__all__ = ["Debounce", "JobOptions", "Unique", "cancel", "retry", "status", "submit", "wait"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("jobs.python_api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
