"""The stream of all jobs, the limit of open streams, and text while it is written."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.acceptance.installation import Installation
from tests.acceptance.test_following import Frame, follow, frames_of
from tests.waiting import until


def timeline(installation: Installation, **headers: str) -> Iterator[Frame]:
    return frames_of(installation, "/jobs/stream", headers)


def taken(frames: Iterator[Frame], last: Callable[[Frame], bool]) -> list[Frame]:
    """Take frames up to one, and leave."""
    found = []
    for frame in frames:
        found.append(frame)
        if last(frame):
            break
    frames.close()  # type: ignore[attr-defined]  # it is a generator
    return found


def ends(job_id: str) -> Callable[[Frame], bool]:
    return lambda frame: frame[0] == "end" and frame[2]["id"] == job_id


def entries(frames: list[Frame], *jobs: str) -> list[tuple[str, int]]:
    """Give the log entries among frames: which job's, and its number."""
    found = [frame[2] for frame in frames if frame[0] in ("state", "step")]
    return [(data["job"], data["number"]) for data in found if data["job"] in jobs]


def test_the_stream_of_all_jobs_repeats_nothing_after_a_break(
    installation: Installation, ledger: Path, gate: Path
) -> None:
    first = installation.submit("stepping", ledger=str(ledger), gate=str(gate))
    stream = timeline(installation)
    begun = taken(stream, lambda frame: frame[0] == "snapshot" and frame[2]["id"] == first)
    second = installation.submit("stepping", ledger=str(ledger), gate=str(gate))
    until(lambda: len(installation.event_kinds(second)) >= 8)
    half = taken(timeline(installation, **{"Last-Event-ID": begun[-1][1] or ""}), _is_step(second))
    gate.touch()
    for job_id in (first, second):
        installation.wait_for_end(job_id)
    cursor = [number for _, number, _ in half if number][-1]
    rest = taken(timeline(installation, **{"Last-Event-ID": cursor}), ends(second))
    received = entries([*half, *rest], first, second)
    assert len(received) == len(set(received))
    everything = [(second, number + 1) for number in range(len(installation.event_kinds(second)))]
    assert [entry for entry in received if entry[0] == second] == everything


def test_an_event_id_beyond_all_logs_is_ignored(
    installation: Installation, ledger: Path, gate: Path
) -> None:
    job_id = installation.submit("stepping", ledger=str(ledger), gate=str(gate))
    until(lambda: installation.job(job_id)["progress"] == 90)

    def is_over(frame: Frame) -> bool:
        gate.touch()  # with the snapshot, which is first
        return ends(job_id)(frame)

    found = taken(timeline(installation, **{"Last-Event-ID": "9" * 18}), is_over)
    assert (found[0][0], found[0][2]["id"]) == ("snapshot", job_id)
    assert entries(found, job_id)[-1] == (job_id, len(installation.event_kinds(job_id)))


def test_the_sixth_stream_waits_until_one_is_closed(
    installation: Installation, ledger: Path, gate: Path
) -> None:
    job_id = installation.submit("stepping", ledger=str(ledger), gate=str(gate))
    path = f"/jobs/{job_id}/stream"
    with ExitStack() as open_streams:
        for _ in range(5):
            response = open_streams.enter_context(installation.http.stream("GET", path))
            assert response.status_code == 200
        sixth = installation.http.get("/jobs/stream")
        assert (sixth.status_code, sixth.json()["code"]) == (429, "too_many_streams")
        assert int(sixth.headers["Retry-After"]) > 0
    until(lambda: _opens(installation, path), what="a free place")
    gate.touch()


def test_the_stream_of_all_jobs_works_without_redis(installation: Installation) -> None:
    job_id = installation.submit("echo", text="x")
    installation.wait_for_end(job_id)
    with installation.without_valkey():
        found = taken(timeline(installation, **{"Last-Event-ID": "0"}), ends(job_id))
    assert entries(found, job_id) == [(job_id, 1), (job_id, 2), (job_id, 3)]
    until(lambda: installation.http.get("/jobs").status_code == 200 and _up(installation))


@pytest.mark.parametrize("late", [False, True])
def test_a_written_text_is_streamed_once(
    installation: Installation, ledger: Path, gate: Path, late: bool
) -> None:
    job_id = installation.submit("writing", ledger=str(ledger), gate=str(gate), pause=0.4, steps=1)
    if late:
        until(lambda: installation.job(job_id)["state"] == "running")
        key = f"conveyor:text:{job_id}:1"
        until(lambda: installation.redis.llen(key) == 2)
    deltas = []
    for event, _, data in follow(installation, job_id):
        if event == "delta":
            deltas.append(data)
            gate.touch()
    assert deltas[0]["reset"] is True
    assert not any(delta["reset"] for delta in deltas[1:])
    assert "".join(delta["text"] for delta in deltas) == "once upon a time"
    if late:
        assert (deltas[0]["text"], deltas[0]["sequence"]) == ("once upon ", 2)


def test_a_new_attempt_starts_its_text_again(installation: Installation, ledger: Path) -> None:
    job_id = installation.submit("writing", ledger=str(ledger), pause=0.4, steps=2)
    deltas = [data for event, _, data in follow(installation, job_id) if event == "delta"]
    resets = [delta["attempt"] for delta in deltas if delta["reset"]]
    assert resets == [1, 2]
    second = [delta["text"] for delta in deltas if delta["attempt"] == 2]
    assert "".join(second) == "once upon a time"


def _is_step(job_id: str) -> Callable[[Frame], bool]:
    return lambda frame: frame[0] == "step" and frame[2]["job"] == job_id


def _opens(installation: Installation, path: str) -> bool:
    with installation.http.stream("GET", path) as response:
        return bool(response.status_code == 200)


def _up(installation: Installation) -> Any:
    try:
        return installation.redis.ping()
    except redis.RedisError:
        return False
