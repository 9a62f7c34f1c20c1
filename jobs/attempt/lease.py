"""Leases: while a handler runs, a thread of its process renews the lease and interrupts it."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from multiprocessing import get_context
from types import FrameType
from typing import Protocol

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from jobs.attempt import fenced_writes
from jobs.attempt.progress import Progress
from jobs.errors import HandedBack, Interrupted, JobCancelled, LeaseLost, TimeLimitReached
from jobs.lifecycle import verbs
from jobs.lifecycle.failures import TIMED_OUT
from jobs.models import Job
from jobs.models.outages import is_outage

log = logging.getLogger(__name__)

TICK_SECONDS = 0.5
"""Interval of the keeper's checks. An attempt that is shorter needs none."""
CANCEL_POLL_SECONDS = 2.0
"""Interval at which the keeper reads the row to see whether cancellation was requested."""
FORCE_SIGNAL = signal.SIGUSR2

shutdown_at = get_context("fork").Value("d", 0.0)
"""Time (of time.time) at which running jobs are handed back; 0 while the worker is not shutting
down. Shared memory: created before the worker's processes fork, set by its main process."""


class Lease:
    """The lease of one attempt, and the reason for its interruption, if there is one."""

    def __init__(self, job: Job, progress: Progress) -> None:
        now = time.monotonic()
        self.job = job
        self.progress = progress
        self.interruption: Interrupted | None = None
        self.interrupted_at = 0.0
        self.is_forced = False
        self.is_settling = False
        self.started_at = now
        self.confirmed_at = now
        self.renewed_at = now
        self.polled_at = now

    def check(self) -> None:
        """Raise the `Interrupted` that ends this attempt, if there is one."""
        if self.interruption is not None:
            raise self.interruption

    def interrupt(self, reason: Interrupted) -> None:
        """Make the handler stop at its next call of a `JobContext` method that checks."""
        if self.interruption is None:
            self.interruption, self.interrupted_at = reason, time.monotonic()

    def settle(self) -> None:
        """Allow no interruption from here on: the outcome is being written."""
        self.is_settling = True
        self.progress.close()

    def update(self, ownership: fenced_writes.Ownership | None) -> None:
        """Confirm the lease, or interrupt the handler, depending on the row of the job."""
        if ownership is None:
            self.interrupt(LeaseLost("another attempt owns the job, or it has ended"))
            return
        self.confirmed_at = time.monotonic()
        if ownership.cancel_requested:
            self.interrupt(JobCancelled("cancellation was requested"))


class Keeper(Protocol):
    """Holds the lease of an attempt while its handler runs."""

    def hold(self, job: Job, progress: Progress) -> AbstractContextManager[Lease]:
        """Hold the lease of a claimed job while the block runs."""


class LeaseKeeper:
    """The thread of a worker process that renews the lease of the attempt it runs."""

    def __init__(self) -> None:
        self._current: Lease | None = None
        self._started = threading.Condition()
        self._thread: threading.Thread | None = None
        self._can_force = False
        self._parent = os.getppid()

    def install(self) -> None:
        """Allow interruptions of this process's main thread. Call once in each worker process."""
        signal.signal(FORCE_SIGNAL, self._on_force_signal)
        self._can_force = True
        self._parent = os.getppid()

    @contextmanager
    def hold(self, job: Job, progress: Progress) -> Iterator[Lease]:
        """Hold the lease of a claimed job while the block runs."""
        lease = Lease(job, progress)
        with self._started:
            self._current = lease
            self._start_thread()
            self._started.notify()
        try:
            yield lease
        finally:
            with self._started:
                self._current = None

    def tick(self) -> None:
        """Check the current lease, unless it is younger than a tick."""
        lease = self._current
        if lease is not None and time.monotonic() - lease.started_at >= TICK_SECONDS:
            self._check(lease)

    def _start_thread(self) -> None:
        # Threads do not survive a fork: each process starts its own with its first job.
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="lease-keeper", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._started:
                self._started.wait_for(lambda: self._current is not None)
            # Not a wait for the condition, which the start of the next attempt would end at once.
            time.sleep(TICK_SECONDS)
            try:
                self.tick()
            except Exception:  # without this thread, a healthy job would lose its lease
                log.exception("the lease keeper failed in one check, and continues")

    def _check(self, lease: Lease) -> None:
        # A report that cannot be stored must not keep the lease from being renewed.
        if self._try(lambda: lease.update(lease.progress.flush())):
            self._try(lambda: self._sync(lease))
        if time.monotonic() - lease.confirmed_at > settings.JOBS_LEASE.total_seconds():
            lease.interrupt(LeaseLost("the lease could not be renewed in time"))
        if time.monotonic() - lease.started_at > lease.job.timeout.total_seconds():
            lease.interrupt(TimeLimitReached("the attempt reached the timeout of its type"))
        if 0 < shutdown_at.value <= time.monotonic() or os.getppid() != self._parent:
            lease.interrupt(HandedBack("the worker is shutting down, or its main process is gone"))
        if lease.interruption is not None:
            self._force(lease)

    def _try(self, work: Callable[[], None]) -> bool:
        """Do a part of a check; `False` if the database is unavailable. Never raises."""
        try:
            work()
        except Exception as error:
            if is_outage(error):
                log.warning("cannot reach the database to renew a lease: %s", error)
            else:
                log.exception("the lease keeper failed in a part of a check, and continues")
            connection.close()
            return not is_outage(error)
        return True

    def _sync(self, lease: Lease) -> None:
        now = time.monotonic()
        if now - lease.renewed_at >= settings.JOBS_LEASE.total_seconds() / 3:
            lease.update(fenced_writes.renew_lease(lease.job, settings.JOBS_LEASE))
            lease.renewed_at = lease.polled_at = now
        elif now - lease.polled_at >= CANCEL_POLL_SECONDS:
            lease.update(fenced_writes.read_ownership(lease.job))
            lease.polled_at = now

    def _force(self, lease: Lease) -> None:
        """Interrupt a handler that does not react; as a last resort, kill the process."""
        if not self._can_force or lease.is_settling:
            return
        overdue = time.monotonic() - lease.interrupted_at - _grace(lease).total_seconds()
        if overdue > lease.job.grace.total_seconds():
            log.error("job %s does not stop; killing its process", lease.job.pk)
            _write_timeout(lease)
            os.kill(os.getpid(), signal.SIGKILL)
        elif overdue > 0:
            signal.pthread_kill(threading.main_thread().ident or 0, FORCE_SIGNAL)

    def _on_force_signal(self, signum: int, frame: FrameType | None) -> None:
        # Runs in the main thread. Another attempt may run here by now: interrupt only a lease that
        # was interrupted and has not stopped. Only once, so that its clean-up can finish.
        lease = self._current
        if lease is None or lease.interruption is None or lease.is_settling or lease.is_forced:
            return
        lease.is_forced = True
        raise lease.interruption


def _write_timeout(lease: Lease) -> None:
    """Fail a job that is killed at its time limit, since a lost process counts as a crash."""
    if isinstance(lease.interruption, TimeLimitReached):
        try:
            verbs.fail(lease.job, TIMED_OUT)
        except (DatabaseError, InterfaceError) as error:
            log.warning("job %s: cannot write its time-out: %s", lease.job.pk, error)


def _grace(lease: Lease) -> timedelta:
    if isinstance(lease.interruption, TimeLimitReached):
        return timedelta(0)
    if isinstance(lease.interruption, HandedBack):
        return timedelta(seconds=1)
    return lease.job.grace


keeper = LeaseKeeper()
