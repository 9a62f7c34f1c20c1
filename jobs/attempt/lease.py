"""Leases: while a handler runs, a thread of its process keeps the job, and knows when to stop."""

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from multiprocessing import get_context
from types import FrameType
from typing import Protocol

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from jobs.attempt import fenced_writes
from jobs.attempt.progress import Progress
from jobs.errors import HandedBack, Interrupted, JobCancelled, LeaseLost
from jobs.models import Job

log = logging.getLogger(__name__)

TICK = 0.5
"""Seconds between two looks of the keeper at its own process."""
LOOK_EVERY = 2.0
"""Seconds between two looks at the row, for a cancellation."""
FORCE_SIGNAL = signal.SIGUSR2

shutdown_at = get_context("fork").Value("d", 0.0)
"""Time (of time.time) at which running jobs are handed back; 0 while the worker is not shutting
down. Shared memory: made before the worker's processes fork, set by its main process."""


class Lease:
    """One attempt's hold on its job, and the reason to let go, once there is one."""

    def __init__(self, job: Job, progress: Progress) -> None:
        now = time.monotonic()
        self.job = job
        self.progress = progress
        self.interruption: Interrupted | None = None
        self.interrupted_at = 0.0
        self.forced = False
        self.settling = False
        self.confirmed_at = now
        self.renewed_at = now
        self.looked_at = now

    def check(self) -> None:
        """Raise the `Interrupted` that ends this attempt, if there is one."""
        if self.interruption is not None:
            raise self.interruption

    def interrupt(self, reason: Interrupted) -> None:
        """Ask the handler to stop, at its next progress, step or heartbeat."""
        if self.interruption is None:
            self.interruption, self.interrupted_at = reason, time.monotonic()

    def settle(self) -> None:
        """Let nothing interrupt from here on: the outcome is being written."""
        self.settling = True

    def learn(self, held: fenced_writes.Held | None) -> None:
        """Take note of what the row said."""
        if held is None:
            self.interrupt(LeaseLost("the job is no longer this attempt's"))
            return
        self.confirmed_at = time.monotonic()
        if held.cancel_requested:
            self.interrupt(JobCancelled("cancellation was requested"))


class Keeper(Protocol):
    """Holds the lease of an attempt while its handler runs."""

    def hold(self, job: Job, progress: Progress) -> AbstractContextManager[Lease]:
        """Keep the lease of a claimed job while the block runs."""


class LeaseKeeper:
    """The thread of a worker process that renews the lease of the attempt it runs."""

    def __init__(self) -> None:
        self._current: Lease | None = None
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._forces = False
        self._parent = os.getppid()

    def install(self) -> None:
        """Let this process's main thread be interrupted. Called once in each worker process."""
        signal.signal(FORCE_SIGNAL, self._on_force_signal)
        self._forces = True
        self._parent = os.getppid()

    @contextmanager
    def hold(self, job: Job, progress: Progress) -> Iterator[Lease]:
        """Keep the lease of a claimed job while the block runs."""
        lease = Lease(job, progress)
        with self._wake:
            self._current = lease
            self._start()
            self._wake.notify()
        try:
            yield lease
        finally:
            with self._wake:
                self._current = None

    def _start(self) -> None:
        # Threads do not survive a fork: each process starts its own, with its first job.
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="lease-keeper", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._wake:
                while self._current is None:
                    self._wake.wait()
                self._wake.wait(TICK)
                lease = self._current
            if lease is not None:
                self._tend(lease)

    def _tend(self, lease: Lease) -> None:
        try:
            self._talk(lease)
        except (DatabaseError, InterfaceError) as error:
            log.warning("cannot reach the database to renew a lease: %s", error)
            connection.close()
        if time.monotonic() - lease.confirmed_at > settings.JOBS_LEASE.total_seconds():
            lease.interrupt(LeaseLost("the lease could not be renewed in time"))
        if 0 < shutdown_at.value <= time.time() or os.getppid() != self._parent:
            lease.interrupt(HandedBack("the worker is shutting down, or its main process is gone"))
        if lease.interruption is not None:
            self._force(lease)

    def _talk(self, lease: Lease) -> None:
        now = time.monotonic()
        lease.learn(lease.progress.flush())
        if now - lease.renewed_at >= settings.JOBS_LEASE.total_seconds() / 3:
            lease.learn(fenced_writes.renew(lease.job, settings.JOBS_LEASE))
            lease.renewed_at = lease.looked_at = now
        elif now - lease.looked_at >= LOOK_EVERY:
            lease.learn(fenced_writes.look(lease.job))
            lease.looked_at = now

    def _force(self, lease: Lease) -> None:
        """Interrupt a handler that does not react; as a last resort, end the process."""
        if not self._forces or lease.settling:
            return
        overdue = time.monotonic() - lease.interrupted_at - _grace(lease).total_seconds()
        if overdue > lease.job.grace.total_seconds():
            log.error("job %s does not stop; ending its process", lease.job.pk)
            os.kill(os.getpid(), signal.SIGKILL)
        elif overdue > 0:
            signal.pthread_kill(threading.main_thread().ident or 0, FORCE_SIGNAL)

    def _on_force_signal(self, signum: int, frame: FrameType | None) -> None:
        # Runs in the main thread. By now another attempt may run here: only a lease that was
        # itself told to stop, and has not, is interrupted. Once: the clean-up is left alone.
        lease = self._current
        if lease is None or lease.interruption is None or lease.settling or lease.forced:
            return
        lease.forced = True
        raise lease.interruption


def _grace(lease: Lease) -> timedelta:
    if isinstance(lease.interruption, HandedBack):
        return timedelta(seconds=1)
    return lease.job.grace


keeper = LeaseKeeper()
