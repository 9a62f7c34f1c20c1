"""Entity tags (RFC 9110, section 8.8.3): whether a client has what it asks for."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils.http import parse_etags
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

CHANGES_BY_ITSELF = "eta_seconds"
"""An estimate of the moment; nobody waits for it to change."""


def tag(shown: Mapping[str, Any]) -> str:
    """Give the tag of a job as it is shown. Weak: it leaves the estimate out."""
    lasting = {name: value for name, value in shown.items() if name != CHANGES_BY_ITSELF}
    return f'W/"{hashlib.sha256(JSONRenderer().render(lasting)).hexdigest()[:32]}"'


def is_known(request: Request, current: str) -> bool:
    """Whether `If-None-Match` names the tag, compared weakly, or everything."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or current.removeprefix("W/") in {one.removeprefix("W/") for one in known}
