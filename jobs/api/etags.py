"""Entity tags (RFC 9110, section 8.8.3): whether the client's copy of a job is current."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils.http import parse_etags
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

VOLATILE_FIELDS = frozenset({"eta_seconds", "waiting_for"})
"""Estimates that change with the clock, without any change of the job."""


def compute_etag(job: Mapping[str, Any]) -> str:
    """Return the tag of a serialized job. It is weak, since it ignores `VOLATILE_FIELDS`."""
    stable = {name: value for name, value in job.items() if name not in VOLATILE_FIELDS}
    return f'W/"{hashlib.sha256(JSONRenderer().render(stable)).hexdigest()[:32]}"'


def is_not_modified(request: Request, etag: str) -> bool:
    """Whether `If-None-Match` contains the tag (weak comparison) or is `*`."""
    tags = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in tags or etag.removeprefix("W/") in {tag.removeprefix("W/") for tag in tags}
