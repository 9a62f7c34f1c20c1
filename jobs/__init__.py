"""Conveyor's engine: durable background jobs on Django and Celery. It knows no job type.

`jobs.submit`, `status`, `wait`, `cancel` and `retry` are for code of the same project; see
`jobs.python_api`. They are looked up when they are first used (PEP 562): this package can be
imported before Django is set up, and by programs that have no Django (`jobs.client`).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jobs.python_api import JobOptions, cancel, retry, status, submit, wait

__all__ = ["JobOptions", "cancel", "retry", "status", "submit", "wait"]


def __getattr__(name: str) -> Any:
    """Give a function of `jobs.python_api`."""
    if name in __all__:
        return getattr(import_module("jobs.python_api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
