"""Jobs of mixed types, submitted over REST by several clients at once."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.acceptance.installation import Installation

CLIENTS = 6
LETTERS = "abcd"
"""What a job is to write that is split, each by a part."""
MIX = {
    "echo": 33,
    "stepping": 30,
    "failing": 12,
    "hopeless": 5,
    "snoozing": 5,
    "dependent": 6,
    "splitting": 3,
    "limited": 4,
    "cancelled": 2,
}
"""Kinds of submissions, and how many of a hundred are of each."""
GIVE_UP_AFTER = 300.0


@dataclass
class Load:
    """Submits jobs and remembers those that were accepted."""

    installation: Installation
    ledger: Path
    accepted: dict[str, str] = field(default_factory=dict)
    """Kinds of the jobs that were answered with 202, by id."""
    refused: int = 0
    """Submissions over a limit."""
    outages: int = 0
    """Requests that were answered 503 or not at all, and were made again."""

    def submit(self, number: int, seed: int) -> None:
        """Submit `number` jobs."""
        kinds = random.Random(seed).choices(list(MIX), list(MIX.values()), k=number)
        with ThreadPoolExecutor(CLIENTS) as pool:
            for kind, job_id in pool.map(self._submit, kinds):
                if job_id is None:
                    self.refused += 1
                else:
                    self.accepted[job_id] = kind

    def _submit(self, kind: str) -> tuple[str, str | None]:
        response = self._post("/jobs", self._body(kind))
        if response.status_code == 429:
            return kind, None
        assert response.status_code == 202, response.text
        job_id = str(response.json()["id"])
        if kind == "cancelled":
            self._post(f"/jobs/{job_id}/cancel", None)
        return kind, job_id

    def _body(self, kind: str) -> dict[str, Any]:
        steps = {"ledger": str(self.ledger), "gate": "", "steps": 4, "pause": 0.05}
        body: dict[str, dict[str, Any]] = {
            "echo": {"type": "echo", "input": {"text": "x"}},
            "stepping": {"type": "stepping", "input": steps},
            "failing": {"type": "failing", "input": {"error": "transient", "times": 1}},
            "hopeless": {"type": "failing", "input": {"error": "invalid_input"}},
            "snoozing": {"type": "snoozing", "input": {}},
            "splitting": {
                "type": "splitting",
                "input": {"letters": LETTERS},
                "max_attempts": 9,  # lost workers are what the run is about
            },
            "limited": {"type": "limited", "input": {"text": "x"}},
            "cancelled": {"type": "stepping", "input": steps},
            "dependent": {
                "type": "gathering",
                "input": {"text": "x"},
                "depends_on": self._parents(),
            },
        }
        return body[kind]

    def _parents(self) -> list[str]:
        return list(self.accepted)[-2:]

    def _post(self, path: str, body: dict[str, Any] | None) -> httpx.Response:
        """Post, again while the service is away, as its Retry-After asks."""
        deadline = time.monotonic() + GIVE_UP_AFTER
        while True:
            try:
                response = self.installation.http.post(path, json=body)
                if response.status_code != 503:
                    return response
            except httpx.TransportError:
                pass  # a connection that was cut is an outage like a 503
            self.outages += 1
            assert time.monotonic() < deadline, f"{path} is unavailable for {GIVE_UP_AFTER:g} s"
            time.sleep(0.3)
