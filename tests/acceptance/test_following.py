"""Any number of clients follow a job live, and resume where they stopped."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.acceptance.installation import Installation
from tests.waiting import until

Frame = tuple[str, str | None, dict[str, Any]]


def follow(installation: Installation, job_id: str, **headers: str) -> Iterator[Frame]:
    """Give a stream's events: name, id, data."""
    yield from frames_of(installation, f"/jobs/{job_id}/stream", headers)


def frames_of(installation: Installation, path: str, headers: dict[str, str]) -> Iterator[Frame]:
    """Give the events of any stream."""
    asked = {"Accept": "text/event-stream", **headers}  # as an EventSource does
    with installation.http.stream("GET", path, headers=asked) as response:
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        frame: dict[str, str] = {}
        for line in response.iter_lines():
            name, _, value = line.partition(": ")
            if line and name:
                frame[name] = value
            elif "data" in frame:
                yield frame["event"], frame.get("id"), json.loads(frame["data"])
                frame = {}
            else:
                frame = {}


def test_a_stream_sends_each_event_once_and_ends(
    installation: Installation, ledger: Path, gate: Path
) -> None:
    job_id = installation.submit("stepping", ledger=str(ledger), gate=str(gate))
    frames = []
    for frame in follow(installation, job_id):
        frames.append(frame)
        gate.touch()
    names = [name for name, _, _ in frames]
    assert (names[0], names[-1]) == ("snapshot", "end")
    assert frames[-1][2]["output"] == {"text": "attempt 1"}
    numbers = [int(number) for _, number, _ in frames if number is not None]
    assert numbers == list(range(numbers[0], len(installation.events(job_id)) + 1))


def test_a_client_that_reconnects_gets_the_events_it_missed(
    installation: Installation, ledger: Path
) -> None:
    job_id = installation.submit("stepping", ledger=str(ledger))
    total = len(installation.events(installation.wait_for_end(job_id)["id"]))
    frames = list(follow(installation, job_id, **{"Last-Event-ID": "3"}))
    numbers = [int(number) for _, number, _ in frames if number is not None]
    assert numbers == list(range(4, total + 1))
    assert frames[-1][0] == "end"


def test_an_event_id_beyond_the_log_is_ignored(
    installation: Installation, ledger: Path, gate: Path
) -> None:
    job_id = installation.submit("stepping", ledger=str(ledger), gate=str(gate))
    until(lambda: installation.job(job_id)["progress"] == 90)
    frames = []
    for frame in follow(installation, job_id, **{"Last-Event-ID": "99999"}):
        frames.append(frame)
        gate.touch()
    numbers = [int(number) for _, number, _ in frames if number is not None]
    assert numbers == list(range(numbers[0], len(installation.events(job_id)) + 1))
    assert [name for name, _, _ in frames][-2:] == ["state", "end"]


def test_a_stream_survives_the_loss_of_the_live_channel(
    installation: Installation, ledger: Path, gate: Path
) -> None:
    job_id = installation.submit("stepping", ledger=str(ledger), gate=str(gate))
    frames = follow(installation, job_id)
    assert next(frames)[0] == "snapshot"
    until(lambda: installation.job(job_id)["state"] == "running")
    installation.server("valkey-server").kill()
    gate.touch()
    rest = list(frames)
    assert (rest[-1][0], rest[-1][2]["state"]) == ("end", "completed")


def test_a_stranger_gets_a_problem_instead_of_a_stream(installation: Installation) -> None:
    job_id = installation.submit("echo", text="x")
    response = installation.http.get(
        f"/jobs/{job_id}/stream", headers={"Authorization": "Bearer cvy_wrong"}
    )
    assert (response.status_code, response.json()["code"]) == (401, "authentication_failed")
