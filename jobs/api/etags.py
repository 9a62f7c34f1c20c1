"""Entity tags (RFC 9110, section 8.8.3): whether a client has what it asks for."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils.http import parse_etags
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

UNTAGGED = frozenset({"eta_seconds", "waiting_for"})
"""Estimates of the moment: a client that polls does not want each of them."""


def tag(shown: Mapping[str, Any]) -> str:
    """Give the tag of a job as it is shown. Weak: it leaves estimates out."""
    lasting = {name: value for name, value in shown.items() if name not in UNTAGGED}
    return f'W/"{hashlib.sha256(JSONRenderer().render(lasting)).hexdigest()[:32]}"'


def is_known(request: Request, current: str) -> bool:
    """Whether `If-None-Match` names the tag, compared weakly, or everything."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or current.removeprefix("W/") in {one.removeprefix("W/") for one in known}
