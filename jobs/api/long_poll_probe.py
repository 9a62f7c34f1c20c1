"""The first call of a long poll: the view checks access and reports the version of the job.

Its response reaches the client only if there is nothing to wait for.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from rest_framework.request import Request

EXTENSION = "conveyor.long_poll"


@dataclass
class Probe:
    """What the view found; without an organization, it did not respond with a job."""

    organization_id: uuid.UUID | None = None
    """The tenant of the job."""
    log_number: int = 0
    has_ended: bool = False


def add_probe(scope: Any) -> tuple[Any, Probe]:
    """Return an ASGI scope that asks the view for the version only, and what it will fill in."""
    probe = Probe()
    extensions = {**(scope.get("extensions") or {}), EXTENSION: probe}
    return {**scope, "extensions": extensions}, probe


def probe_of(request: Request) -> Probe | None:
    """Return the probe of a request, if it has one."""
    found: Probe | None = request.META.get("asgi.extensions", {}).get(EXTENSION)
    return found
