"""Hooks for schemathesis: valid ids, unique names and endpoints to leave out.

Loaded by schemathesis itself, as its hooks. Only what it made to be accepted is changed, so that
acceptance can be asked for; what it made to be refused stays as it is.
"""

import base64
import json
import os
import random
import uuid
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.core.parameters import ParameterLocation

KNOWN: dict[str, Any] = json.loads(Path(os.environ["CONVEYOR_KNOWN"]).read_text())
"""Ids of what there is, by the first part of the path to it; `key` is the caller's own."""
PLANTED = os.environ.get("CONVEYOR_PLANTED", "")
"""An operation whose description is to be wrong, as a proof that this is found."""
PARTS = {"webhook": "webhooks", "dashboard": "dashboards"}
BELOW = ("deliveries", "widgets")
TABLE = {"document": KNOWN["documents"], "rows": None}
REPORT = {"prompt": "The state of the harbour"}
TOGETHER: dict[str, dict[str, Any]] = {
    "reports": REPORT,
    "generate_report": REPORT,
    "ask": TABLE,
    "analyze_data": {**TABLE, "dashboard": KNOWN["dashboards"]},
    "export_document": {"document": KNOWN["documents"], "report": None},
    "process_images": {"orient": True},
}
"""What an input has that is accepted: its members depend on each other."""
SAYINGS: dict[str, Any] = {
    "question": "How many?",
    "questions": ["When does it end?"],
    "query": "harbour",
    "company": "Cranely",
    "option": "Rent",
}
ASKED = {
    "wait": 1,
    "cursor": base64.b64encode(b"p=2026-01-01+00%3A00%3A00%2B00%3A00").decode(),  # as `next` has it
}
"""Parameters that are short, or an answer's."""
dice = random.Random(1)


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
    """Plant a fault in the description: another status than is answered."""
    if PLANTED:
        method, path = PLANTED.split(" ")
        responses = raw_schema["paths"][path][method.lower()]["responses"]
        responses["418"] = responses.pop("202")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Complete a request that is to be accepted."""
    wrong = {place for place in ParameterLocation if case.meta and case.meta.is_negative_at(place)}
    if ParameterLocation.PATH not in wrong and case.path_parameters:
        _lead_somewhere(case)
    if ParameterLocation.HEADER not in wrong and "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    if ParameterLocation.QUERY not in wrong and case.query:
        case.query.update({name: value for name, value in ASKED.items() if name in case.query})
    # a form with files is left as it is: one that is changed counts as wrong
    is_json = case.media_type == "application/json" and isinstance(case.body, dict)
    if ParameterLocation.BODY not in wrong and is_json:
        _complete(case.body, case.operation.path.removeprefix("/api/v1/"))


def _lead_somewhere(case: Any) -> None:
    """Put in what exists, mostly. What is deleted is what a run has made, never its own key."""
    place = case.operation.path.removeprefix("/api/v1/")
    [part] = [part for part in BELOW if f"/{part}/" in place] or [place.split("/")[0]]
    for name in case.path_parameters:
        known = KNOWN.get(PARTS.get(name, part))
        fresh = case.operation.method.upper() == "DELETE"
        if fresh and case.path_parameters[name] in KNOWN.values():
            case.path_parameters[name] = str(uuid.uuid4())
        elif known and name in ("id", *PARTS) and not fresh and dice.random() < 0.8:
            case.path_parameters[name] = known


def _complete(body: dict[str, Any], place: str) -> None:
    for job in body["jobs"] if isinstance(body.get("jobs"), list) else [body]:
        for one in (job, job.get("input")):
            if isinstance(one, dict):
                _name_what_exists(one)
        job_input = job.get("input", job)
        if isinstance(job_input, dict):
            _agree(job_input, job.get("type", place.rpartition("/")[2]))
    if place == "schedules" and "name" in body:
        body["name"] = str(uuid.uuid4())


def _name_what_exists(one: dict[str, Any]) -> None:
    """Replace what only the installation can judge."""
    better = {
        "documents": [KNOWN["documents"]],
        "document": KNOWN["documents"],
        "dashboard": KNOWN["dashboards"],
        "widget": KNOWN["widgets"],
        "depends_on": [],
        "webhook_url": "https://example.com/hook",
        "url": "https://example.com/hook",
        "model": None,
        "run_at": None,
        "expires_at": None,
        "cron": "0 6 * * 1",
        "time_zone": "Europe/Oslo",
    }
    for name in better.keys() & one.keys():
        one[name] = better[name]


def _agree(job_input: dict[str, Any], kind: str) -> None:
    """Let members of an input agree with each other, and its texts say something."""
    job_input.update(TOGETHER.get(kind, {}))
    for name in SAYINGS.keys() & job_input.keys():
        job_input[name] = SAYINGS[name]
    for name in {"fields", "categories", "criteria"} & job_input.keys():
        for number, named in enumerate(job_input[name] or ()):
            named["name"] = f"Name {number}"
