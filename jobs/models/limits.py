"""Limits that an organization has instead of those of the job types."""

import logging
from collections.abc import Mapping
from typing import Any, TypeGuard

from django.core.exceptions import ValidationError

log = logging.getLogger(__name__)

SCOPES = ("organization", "user", "subject")
"""What a limit counts by: all jobs of an organization, of one user, or of one subject."""


def validate_limits(limits: Any) -> None:
    """Raise Django's `ValidationError` unless `limits` has the shape of `Organization.limits`.

    A mapping of scopes to sizes for every job type, and of names of job types to such mappings:
    `{"user": 10, "generate_report": {"user": 2}}`.
    """
    faults = [": ".join(filter(None, (".".join(path), text))) for path, text in find_faults(limits)]
    if faults:
        raise ValidationError(faults, code="invalid_limits")


def size_of_limit(limits: Mapping[str, Any], type: str, scope: str, default: int) -> int:
    """Return the size that applies to a scope: that of the job type, the general one, `default`.

    A stored value that is no size is logged and skipped, so that it stops no submission.
    """
    of_type = limits.get(type)
    candidates = [of_type.get(scope)] if isinstance(of_type, dict) else []
    for size in (*candidates, limits.get(scope)):
        if _is_size(size):
            return size
        if size is not None:
            log.warning("ignoring the limit %r of scope %s: it is not a number", size, scope)
    return default


def find_faults(limits: Any, type: str = "") -> list[tuple[tuple[str, ...], str]]:
    """Return what is wrong with limits, each with its path in the mapping."""
    if not isinstance(limits, dict):
        return [((), 'Limits are an object such as {"user": 10}.')]
    faults = []
    for name, value in limits.items():
        path = (type, name) if type else (name,)
        if isinstance(value, dict) and not type and name not in SCOPES:
            faults += find_faults(value, name)
        elif name not in SCOPES and (type or not isinstance(value, dict)):
            faults.append((path, f"use one of the scopes {', '.join(SCOPES)}, or a job type."))
        elif not _is_size(value):
            faults.append((path, f"{value!r} is not a number of jobs. Use an integer from 0."))
    return faults


def _is_size(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
