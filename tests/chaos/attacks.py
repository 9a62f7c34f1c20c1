"""Attacks on a running installation."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil
import psycopg2
import redis

from config.embedded.data_folder import DataFolder
from tests.acceptance.installation import Installation
from tests.programs import PROJECT
from tests.waiting import TIMEOUT_SECONDS, until

PAUSE = (0.5, 2.5)
"""Seconds between two attacks, from and to."""
RUNS_FURTHER_JOB = """
SELECT count(*) FROM jobs_job AS job
JOIN jobs_jobevent AS started ON started.job_id = job.id AND started.kind = 'started'
    AND started.attempt = job.attempt
JOIN jobs_jobevent AS completed ON completed.xmin = started.xmin AND completed.kind = 'completed'
WHERE job.state = 'running' AND job.worker LIKE %s
"""
"""Whether a process runs a job that it claimed in the transaction that completed another one."""


@dataclass(frozen=True, kw_only=True)
class Kill:
    """A process that ran jobs was killed, at a time of time.time()."""

    pids: frozenset[int]
    at: float
    whole_worker: bool


@dataclass
class Attacker:
    """Attacks at random, by a seed, until they are stopped."""

    installation: Installation
    dice: random.Random
    kills: list[Kill] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    required: list[str] = field(default_factory=lambda: ["kill_in_the_loop", "lose_messages"])
    """Attacks that have not succeeded yet, and that each run makes at least once."""
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begin, in a thread."""
        self._thread = threading.Thread(target=self._run, name="attacker")
        self._thread.start()

    def stop(self) -> None:
        """End, when the current attack is over."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        attacks = {
            self.kill_a_child: 8,
            self.kill_in_the_loop: 4,
            self.kill_a_worker: 2,
            self.run_leases_out: 4,
            self.lose_messages: 4,
            self.flush: 2,
            self.kill_valkey: 2,
            self.restart_postgres: 1,
            self.terminate_a_worker: 1,
        }
        while not self._stop.wait(self.dice.uniform(*PAUSE)):
            if self.required:
                self._make(getattr(self, self.dice.choice(self.required)))
            else:
                self._make(self.dice.choices(list(attacks), list(attacks.values()))[0])

    def _make(self, attack: Callable[[], None]) -> None:
        # The victim may be gone, or not back yet: the next attack will find another.
        with contextlib.suppress(
            psutil.Error, AssertionError, psycopg2.Error, redis.RedisError, IndexError
        ):
            attack()
            self.counts[attack.__name__] += 1
            self.required = [name for name in self.required if name != attack.__name__]

    def kill_a_child(self) -> None:
        """Kill one process that runs jobs."""
        child = self.dice.choice(self.installation.worker_children())
        child.kill()
        self._note_kill({child.pid}, whole_worker=False)

    def kill_in_the_loop(self) -> None:
        """Kill a process while it runs a job that it claimed after another, without a message."""
        child = until(self._find_in_the_loop, within=2)
        child.kill()
        self._note_kill({child.pid}, whole_worker=False)

    def _find_in_the_loop(self) -> psutil.Process | None:
        """Find such a process, and suspend it so that it stays there."""
        for child in self.installation.worker_children():
            child.suspend()
            try:
                with contextlib.closing(connect(self.installation)) as sql, sql.cursor() as cursor:
                    cursor.execute(RUNS_FURTHER_JOB, [f"%/{child.pid}"])
                    if cursor.fetchall() != [(0,)]:
                        return child
            except BaseException:
                child.resume()
                raise
            child.resume()
        return None

    def kill_a_worker(self) -> None:
        """Kill a worker with all its processes, as when a machine is lost."""
        worker = self.installation.service("worker")
        processes = [worker, *worker.children()]
        for process in processes:
            process.kill()
        self._note_kill({process.pid for process in processes}, whole_worker=True)

    def terminate_a_worker(self) -> None:
        """Restart a worker as a deploy does."""
        self.installation.service("worker").terminate()

    def run_leases_out(self) -> None:
        """Let the clock of some leases run out while their attempts go on: ghosts."""
        self._sql(
            "UPDATE jobs_job SET lease_expires_at = now() - interval '1 s' WHERE id IN "
            "(SELECT id FROM jobs_job WHERE state = 'running' ORDER BY random() LIMIT 2)"
        )

    def lose_messages(self) -> None:
        """Delete the lists of a queue, one for each priority, with all their messages."""
        assert self.installation.redis.delete(*self.installation.redis.scan_iter("default*"))

    def flush(self) -> None:
        """Empty Valkey."""
        self.installation.redis.flushall()

    def kill_valkey(self) -> None:
        """Kill Valkey; it comes back."""
        self.installation.server("valkey-server").kill()

    def restart_postgres(self) -> None:
        """Shut PostgreSQL down, cutting every connection; it comes back."""
        self.installation.server("postgres").send_signal(signal.SIGINT)

    def _note_kill(self, pids: set[int], *, whole_worker: bool) -> None:
        self.kills.append(Kill(pids=frozenset(pids), at=time.time(), whole_worker=whole_worker))

    def _sql(self, statement: str) -> None:
        with contextlib.closing(connect(self.installation)) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)


def connect(installation: Installation) -> "psycopg2.extensions.connection":
    """Connect to the installation's database, beside its application."""
    folder = DataFolder(path=installation.folder)
    return psycopg2.connect(host=str(folder.sockets), dbname="app", user="app", connect_timeout=5)


@contextlib.contextmanager
def second_beat(installation: Installation):  # type: ignore[no-untyped-def]
    """Have a second beat run inside the block."""
    beat = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "celery",
            "--app=config",
            "--quiet",
            "beat",
            "--pidfile=",
            f"--schedule={installation.folder}/second-beat",
        ],
        cwd=PROJECT,
        env={**os.environ, **installation.process_environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        beat.terminate()
        beat.wait(TIMEOUT_SECONDS)
