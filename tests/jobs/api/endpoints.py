"""Every endpoint of the API, with the status for the owner of a thing, a teammate and a stranger.

`Case` says what is sent and answered; an anonymous caller always gets 401. `PUBLIC` shows nothing
of any tenant and asks nobody who they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver

PREFIX = "api/v1/"
PUBLIC = {"GET openapi.json", "GET docs/"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """What an endpoint answers to whom. The path's parts come from the fixture `things`."""

    owner: int = 200
    teammate: int | None = None
    """As the owner, where it is not given."""
    stranger: int = 404
    thing: str = ""
    """Where it is not the thing that the path begins with: "ended", a job to be retried."""
    query: str = ""
    body: Any = None
    format: str = "json"

    def status(self, person: str) -> int:
        """Give the status that a person gets."""
        if person == "anonymous":
            return 401
        if person == "teammate" and self.teammate is not None:
            return self.teammate
        return self.stranger if person == "stranger" else self.owner


OPEN = Case(stranger=200)
"""The same for everybody, with their own things in it."""
JOB = {"type": "echo", "input": {}}
SCHEDULE = {"name": "daily", "cron": "0 6 * * *", "type": "echo", "input": {}}
LIMITS = {"overrides": {}, "weight": 1}
REPORT = {"title": "Bridge", "bullet_points": ["Paint is late"]}
QUESTION = {"question": "How many?", "rows": [{"a": 1}]}
UPLOAD = {"files": SimpleUploadedFile("a.txt", b"a text of its own")}

CASES: dict[str, Case] = {
    "GET jobs": OPEN,
    "POST jobs": Case(owner=202, stranger=202, body=JOB),
    "GET jobs/stream": OPEN,
    "GET jobs/summary": OPEN,
    "POST jobs/batch": Case(owner=202, stranger=202, body={"jobs": [JOB]}),
    "POST jobs/retry": Case(stranger=200, query="?state=failed"),
    "GET jobs/<uuid:pk>": Case(),
    "GET jobs/<uuid:pk>/events": Case(),
    "GET jobs/<uuid:pk>/steps": Case(),
    "GET jobs/<uuid:pk>/stream": Case(),
    "POST jobs/<uuid:pk>/cancel": Case(owner=202),
    "POST jobs/<uuid:pk>/retry": Case(owner=202, thing="ended"),
    "GET batches/<uuid:pk>": Case(),
    "POST batches/<uuid:pk>/cancel": Case(owner=202),
    "GET schedules": OPEN,
    "POST schedules": Case(owner=201, stranger=201, body=SCHEDULE),
    "GET schedules/<uuid:pk>": Case(),
    "PATCH schedules/<uuid:pk>": Case(body={"paused": True}),
    "POST schedules/<uuid:pk>/run": Case(owner=202),
    "DELETE schedules/<uuid:pk>": Case(owner=204),
    "GET pauses": OPEN,
    "POST pauses": Case(owner=201, stranger=201, body={"scope": "organization"}),
    "DELETE pauses/<uuid:pk>": Case(owner=204),
    "GET analytics/days": OPEN,
    "GET analytics/by/<str:by>": OPEN,
    "GET failures": OPEN,
    "POST failures/<str:fingerprint>/retry": Case(owner=200),
    "POST failures/<str:fingerprint>/dismiss": Case(owner=200),
    "GET limits": OPEN,
    "GET organizations": Case(owner=403, stranger=403),
    "GET organizations/<uuid:pk>/limits": Case(owner=403, stranger=403),
    "PUT organizations/<uuid:pk>/limits": Case(owner=403, stranger=403, body=LIMITS),
    "GET job-types": OPEN,
    "GET job-types/<str:name>": OPEN,
    "GET api-keys": OPEN,
    "POST api-keys": Case(owner=201, stranger=201, body={"name": "ci"}),
    "GET api-keys/<uuid:pk>": Case(teammate=404),
    "DELETE api-keys/<uuid:pk>": Case(owner=204, teammate=404),
    "GET webhooks": OPEN,
    "POST webhooks": Case(owner=201, stranger=201, body={"url": "https://example.com/hook"}),
    "GET webhooks/<uuid:pk>": Case(),
    "PATCH webhooks/<uuid:pk>": Case(body={"description": "ours"}),
    "DELETE webhooks/<uuid:pk>": Case(owner=204),
    "POST webhooks/<uuid:pk>/rotate": Case(),
    "GET webhooks/<uuid:webhook>/deliveries": Case(),
    "POST webhooks/<uuid:webhook>/deliveries/<uuid:pk>/redeliver": Case(
        owner=202, thing="deliveries"
    ),
    "GET documents": OPEN,
    "POST documents": Case(owner=201, stranger=201, body=UPLOAD, format="multipart"),
    "POST documents/classify": Case(owner=202, stranger=202, body=UPLOAD, format="multipart"),
    "POST documents/analyze": Case(owner=202, stranger=202, body=UPLOAD, format="multipart"),
    "GET documents/<uuid:pk>": Case(),
    "DELETE documents/<uuid:pk>": Case(owner=204),
    "GET documents/<uuid:pk>/content": Case(),
    "GET documents/<uuid:pk>/text": Case(),
    "GET reports": OPEN,
    "POST reports": Case(owner=202, stranger=202, body=REPORT),
    "GET reports/<uuid:pk>": Case(),
    "DELETE reports/<uuid:pk>": Case(owner=204),
    "GET reports/<uuid:pk>/export": Case(query="?format=md"),
    "GET dashboards": OPEN,
    "POST dashboards": Case(owner=201, stranger=201, body={"name": "Sales"}),
    "GET dashboards/<uuid:pk>": Case(),
    "PATCH dashboards/<uuid:pk>": Case(body={"name": "Sales 2026"}),
    "DELETE dashboards/<uuid:pk>": Case(owner=204),
    "POST dashboards/<uuid:pk>/ask": Case(owner=202, body=QUESTION),
    "GET dashboards/<uuid:dashboard>/messages": Case(),
    "GET dashboards/<uuid:dashboard>/widgets": Case(),
    "DELETE dashboards/<uuid:dashboard>/widgets/<uuid:pk>": Case(owner=204, thing="widgets"),
    "GET dashboards/<uuid:dashboard>/widgets/<uuid:pk>/image": Case(thing="widgets"),
}


def endpoints() -> Iterator[tuple[str, Any]]:
    """Walk the URL configuration; give each method and route of the API, with its view's class."""
    for route, view in _walk(get_resolver().url_patterns):
        if route.startswith(PREFIX):
            for method in _methods(view):
                yield f"{method.upper()} {route.removeprefix(PREFIX)}", view.cls


def _methods(view: Any) -> list[str]:
    if actions := getattr(view, "actions", None):
        return [method for method in actions if method != "head"]
    return [name for name in ("get", "post", "put", "patch", "delete") if hasattr(view.cls, name)]


def _walk(patterns: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern.callback
