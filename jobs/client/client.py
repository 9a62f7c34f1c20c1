"""The client: one method for each thing to be done."""

import json
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack
from urllib.parse import quote

from jobs.client.errors import Problem, Unreachable
from jobs.client.events import Parser
from jobs.client.multipart import Multipart
from jobs.client.transport import (
    FIRST_WAIT,
    LONGEST_WAIT,
    Deadline,
    Request,
    Transport,
    pause_after,
)
from jobs.client.values import Event, Job

JSON = "application/json"


class JobOptions(TypedDict, total=False):
    """What a submission may say beside type and input; the API's description explains them."""

    priority: int
    run_at: str
    depends_on: Sequence[str]
    on_dependency_failure: Literal["cancel", "run"]
    labels: Mapping[str, str]
    subject: str
    max_attempts: int
    webhook_url: str
    retention: int


class Client:
    """Conveyor at `url` (without `/api/v1`), with an API key.

    What the server wants to be asked again (429, 502 to 504, a broken connection) is sent again, as
    its `Retry-After` says, for `patience` seconds in all; then the error is raised.
    """

    def __init__(self, url: str, key: str, *, patience: float = 60.0) -> None:
        self._transport = Transport(url=url, key=key, patience=patience)

    def submit(
        self,
        type: str,
        input: Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
        **options: Unpack[JobOptions],
    ) -> Job:
        """Submit a job; give it as accepted.

        The server takes a job once for each idempotency key. One is made for each call; pass your
        own to submit the same job from several processes, or again after a crash, only once.
        """
        body = json.dumps({"type": type, "input": input, **options}).encode()
        headers = {"Content-Type": JSON, "Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        request = Request(method="POST", path="jobs", headers=headers, body=body)
        return Job.read(json.loads(self._transport.send(request)))

    def job(self, id: str) -> Job:
        """Read a job as it is now."""
        return Job.read(self.get(_job_path(id)))

    def cancel(self, id: str) -> Job:
        """Cancel a job; a running one stops within moments, and its state says when."""
        return self._act(id, "cancel")

    def retry(self, id: str) -> Job:
        """Start a failed or cancelled job again; steps that are done stay done."""
        return self._act(id, "retry")

    def wait(self, id: str, *, timeout: float | None = None) -> Job:
        """Wait until a job has ended, and give it; whether it completed, its `state` says.

        Raises `TimeoutError` after `timeout` seconds; the job goes on.
        """
        for event in self._events(id, Deadline(timeout)):
            if event.name == "end":
                return Job.read(event.data)
        raise TimeoutError(f"Job {id} has not ended within {timeout:g} s.")

    def follow(self, id: str) -> Iterator[Event]:
        """Give the events of a job until its `end`.

        A connection that is cut is opened again where it left off: an event of the log is told
        once. After each opening comes a `snapshot`, the job as it is.
        """
        return self._events(id, Deadline(None))

    def upload(self, files: Iterable[str | Path]) -> list[dict[str, Any]]:
        """Upload files; give their documents, in order."""
        body = Multipart("files", map(Path, files))
        headers = {**body.headers, "Idempotency-Key": str(uuid.uuid4())}
        request = Request(method="POST", path="documents", headers=headers, body=body)
        stored: list[dict[str, Any]] = json.loads(self._transport.send(request))
        return stored

    def report(self, id: str, *, format: str = "pdf") -> bytes:
        """Download a report as `pdf`, `html`, `md` or whatever else the server exports."""
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
        """Give events until the `end` or the deadline, over as many connections as it takes."""
        parser, wait, given_up = Parser(), FIRST_WAIT, Deadline(self._transport.patience)
        while not deadline.is_over:
            try:
                for event in self._connection(id, parser, deadline):
                    yield event
                    if event.name == "end":
                        return
                    wait, given_up = FIRST_WAIT, Deadline(self._transport.patience)
                pause = max(parser.retry, wait)  # the server goes, and will be back
            except (Problem, Unreachable) as error:
                again = pause_after(error, max(parser.retry, wait))
                if deadline.is_over:
                    return
                if again is None or given_up.is_over:
                    raise
                pause = again
            time.sleep(deadline.remaining(pause))
            wait = min(2 * wait, LONGEST_WAIT)

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
