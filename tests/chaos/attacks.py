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
from tests.waiting import TIMEOUT_SECONDS

PAUSE = (0.5, 2.5)
"""Seconds between two attacks, from and to."""


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
        attacks: list[tuple[Callable[[], None], int]] = [
            (self.kill_a_child, 8),
            (self.kill_a_worker, 2),
            (self.run_leases_out, 4),
            (self.flush, 2),
            (self.kill_valkey, 2),
            (self.restart_postgres, 1),
            (self.terminate_a_worker, 1),
        ]
        verbs, weights = zip(*attacks, strict=True)
        while not self._stop.wait(self.dice.uniform(*PAUSE)):
            attack = self.dice.choices(verbs, weights)[0]
            # The victim may be gone, or not back yet: the next attack will find another.
            with contextlib.suppress(
                psutil.Error, AssertionError, psycopg2.Error, redis.RedisError, IndexError
            ):
                attack()
                self.counts[attack.__name__] += 1

    def kill_a_child(self) -> None:
        """Kill one process that runs jobs."""
        child = self.dice.choice(self.installation.worker_children())
        child.kill()
        self._note_kill({child.pid}, whole_worker=False)

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
