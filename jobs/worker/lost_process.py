"""Why a worker process ended in the middle of a job, as its main process saw it."""

import re
from collections.abc import Iterable
from pathlib import Path
from signal import SIGKILL

_resident_bytes: dict[object, int] = {}
"""Memory of the processes of this worker, by process ID, when it was last measured."""


def measure_memory(process_ids: Iterable[int]) -> None:
    """Measure the resident memory of running processes. Not available outside Linux."""
    measured = {pid: _read_resident_bytes(pid) for pid in process_ids}
    _resident_bytes.clear()
    _resident_bytes.update({pid: size for pid, size in measured.items() if size})


def describe_loss(error: BaseException, process_id: object) -> str:
    """Return why a process was lost, for the owner of its job.

    `error` is what Celery's main process reports. Its text has the exit code or the signal.
    """
    found = re.search(r"\b(signal|exitcode) (-?\d+)", str(error))
    if found is None:
        return "The worker process ended while it ran the job."
    if found[1] == "exitcode":
        return f"The worker process exited with code {found[2]} while it ran the job."
    size = _resident_bytes.get(process_id)
    memory = f" at {size / 1e9:.1f} GB resident" if size else ""
    hint = " This is also what happens when a machine runs out of memory."
    is_kill = int(found[2]) == SIGKILL
    return (
        f"The worker process was killed by signal {found[2]}{memory} while it ran the job."
        f"{hint if is_kill else ''}"
    )


def _read_resident_bytes(process_id: int) -> int:
    try:
        status = Path(f"/proc/{process_id}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
