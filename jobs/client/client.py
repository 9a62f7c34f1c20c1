"""The client of the REST API."""

import json
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NotRequired, TypedDict, Unpack
from urllib.parse import quote

from jobs.client.errors import Problem, Unreachable
from jobs.client.events import Parser
from jobs.client.multipart import Multipart
from jobs.client.transport import (
    FIRST_WAIT_SECONDS,
    MAX_WAIT_SECONDS,
    Deadline,
    Request,
    Transport,
    pause_after,
)
from jobs.client.values import Event, Job

JSON = "application/json"


class Unique(TypedDict, total=False):
    """Get an existing job that matches, instead of a new one."""

    key: str
    period: int
    states: Sequence[str]


class Debounce(TypedDict):
    """Start only when no other submission with the key has arrived for some time."""

    key: str
    seconds: int
    max_seconds: NotRequired[int]


class JobOptions(TypedDict, total=False):
    """Options of a submission; the OpenAPI document explains them."""

    priority: int
    run_at: str
    depends_on: Sequence[str]
    on_dependency_failure: Literal["cancel", "run"]
    labels: Mapping[str, str]
    subject: str
    max_attempts: int
    webhook_url: str
    retention: int
    unique: Unique
    debounce: Debounce


class Client:
    """Conveyor at `url` (without `/api/v1`), with an API key.

    A request is repeated after 429, 502 to 504 and broken connections, as `Retry-After` asks, for
    `retry_window` seconds in total. Then the error is raised.
    """

    def __init__(self, url: str, key: str, *, retry_window: float = 60.0) -> None:
        self._transport = Transport(url=url, key=key, retry_window=retry_window)

    def submit(
        self,
        type: str,
        input: Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
        **options: Unpack[JobOptions],
    ) -> Job:
        """Submit a job, and return it; `is_found` says whether it existed already.

        The server accepts one job per idempotency key. Each call has a new key. Pass your own key
        to submit a job only once from several processes, or again after a crash.
        """
        body = json.dumps({"type": type, "input": input, **options}).encode()
        headers = {"Content-Type": JSON, "Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        request = Request(method="POST", path="jobs", headers=headers, body=body)
        return Job.read(json.loads(self._transport.send(request)))

    def job(self, id: str) -> Job:
        """Read a job as it is now."""
        return Job.read(self.get(_job_path(id)))

    def cancel(self, id: str) -> Job:
        """Cancel a job. A running job stops within moments; its state then becomes `cancelled`."""
        return self._act(id, "cancel")

    def retry(self, id: str) -> Job:
        """Retry a failed or cancelled job. Completed steps do not run again."""
        return self._act(id, "retry")

    def wait(self, id: str, *, timeout: float | None = None) -> Job:
        """Wait until a job has ended, and return it; check its `state`.

        Raises `TimeoutError` after `timeout` seconds; the job continues.
        """
        for event in self._events(id, Deadline(timeout)):
            if event.name == "end":
                return Job.read(event.data)
        raise TimeoutError(f"Job {id} has not ended within {timeout:g} s.")

    def follow(self, id: str) -> Iterator[Event]:
        """Yield the events of a job until its `end`.

        A broken connection is resumed, so each log entry arrives once. Each connection starts with
        a `snapshot` of the job.
        """
        return self._events(id, Deadline(None))

    def upload(self, files: Iterable[str | Path]) -> list[dict[str, Any]]:
        """Upload files, and return their documents in order."""
        body = Multipart("files", map(Path, files))
        headers = {**body.headers, "Idempotency-Key": str(uuid.uuid4())}
        request = Request(method="POST", path="documents", headers=headers, body=body)
        stored: list[dict[str, Any]] = json.loads(self._transport.send(request))
        return stored

    def report(self, id: str, *, format: str = "pdf") -> bytes:
        """Download a report as `pdf`, `docx`, `html` or `md`."""
        return self.download(f"reports/{quote(id, safe='')}/export?format={quote(format)}")

    def download(self, path: str) -> bytes:
        """Read a file below /api/v1/."""
        return self._transport.send(Request(method="GET", path=path))

    def get(self, path: str) -> Any:
        """Read any resource below /api/v1/."""
        return json.loads(self.download(path))

    def _act(self, id: str, verb: str) -> Job:
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        request = Request(method="POST", path=f"{_job_path(id)}/{verb}", headers=headers)
        return Job.read(json.loads(self._transport.send(request)))

    def _events(self, id: str, deadline: Deadline) -> Iterator[Event]:
        """Yield events until the `end` or the deadline, over as many connections as necessary."""
        parser, wait, given_up = (
            Parser(),
            FIRST_WAIT_SECONDS,
            Deadline(self._transport.retry_window),
        )
        while not deadline.is_over:
            try:
                for event in self._connection(id, parser, deadline):
                    yield event
                    if event.name == "end":
                        return
                    wait, given_up = FIRST_WAIT_SECONDS, Deadline(self._transport.retry_window)
                pause = max(parser.retry, wait)  # the server is restarting
            except (Problem, Unreachable) as error:
                again = pause_after(error, max(parser.retry, wait))
                if deadline.is_over:
                    return
                if again is None or given_up.is_over:
                    raise
                pause = again
            time.sleep(deadline.remaining(pause))
            wait = min(2 * wait, MAX_WAIT_SECONDS)

    def _connection(self, id: str, parser: Parser, deadline: Deadline) -> Iterator[Event]:
        headers = {"Accept": "text/event-stream"}
        if parser.last_id:
            headers["Last-Event-ID"] = parser.last_id
        request = Request(method="GET", path=f"{_job_path(id)}/stream", headers=headers)
        with self._transport.open_response(request) as answer:
            for message in parser.read(answer.chunks(deadline)):
                yield Event(name=message.name, data=json.loads(message.data), id=parser.last_id)


def _job_path(id: str) -> str:
    return f"jobs/{quote(id, safe='')}"
