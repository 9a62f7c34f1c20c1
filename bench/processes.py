"""Process trees: their CPU time, their memory, and how to suspend them."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

KILOBYTES_PER_MEGABYTE = 1_000_000 / 1024


def list_tree(root: psutil.Process) -> list[psutil.Process]:
    """Return a process and all below it."""
    return [root, *root.children(recursive=True)]


def cpu_seconds(roots: Sequence[psutil.Process]) -> float:
    """Return the CPU time of process trees, including children that have exited."""
    total = 0.0
    for root in roots:
        for process in list_tree(root):
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
    return total


def memory_megabytes(processes: Sequence[psutil.Process]) -> float:
    """Return the proportional set size (PSS): shared pages count in part for each process."""
    kilobytes = 0
    for process in processes:
        rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text("ascii")
        kilobytes += sum(
            int(size) for size in re.findall(r"^Pss: +(\d+) kB$", rollup, re.MULTILINE)
        )
    return kilobytes / KILOBYTES_PER_MEGABYTE


@contextmanager
def suspended(roots: Sequence[psutil.Process]) -> Iterator[None]:
    """Suspend process trees inside the block."""
    suspend(roots)
    try:
        yield
    finally:
        resume(roots)


def suspend(roots: Sequence[psutil.Process]) -> None:
    """Suspend process trees, parents first, so that they do not replace their children."""
    for root in roots:
        for process in list_tree(root):
            with suppress(psutil.NoSuchProcess):
                process.suspend()


def resume(roots: Sequence[psutil.Process]) -> None:
    for root in roots:
        for process in list_tree(root):
            with suppress(psutil.NoSuchProcess):
                process.resume()
