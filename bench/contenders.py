"""The contenders as the benchmark sees them: a program to submit with, and trees of workers."""

import json
import os
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from signal import Signals
from typing import Any

import psutil

from bench import processes
from config.embedded.processes import die_with_parent
from tests.acceptance.installation import Installation
from tests.programs import PROJECT

WARM_UP_JOBS = 10
STOP_TIMEOUT_SECONDS = 20.0
WORKER_PROCESSES = 2


class ContenderFailed(Exception):
    """A program of a contender failed. The message has its traceback."""


class Program:
    """A program that carries out commands, see `bench.peers.protocol`."""

    def __init__(self, python: str, module: str, environment: Mapping[str, str]) -> None:
        self._popen = subprocess.Popen(  # noqa: S603  # a fixed program
            [python, "-m", module],
            cwd=PROJECT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent(Signals.SIGKILL),  # noqa: PLW1509  # only calls prctl
        )
        self.process = psutil.Process(self._popen.pid)

    def call(self, command: str, **arguments: object) -> dict[str, Any]:
        """Carry out a command and return its response; raises `ContenderFailed`."""
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._popen.stdin.write(json.dumps({"command": command, **arguments}) + "\n")
        self._popen.stdin.flush()
        line = self._popen.stdout.readline()
        response = json.loads(line) if line else {"error": "the program exited"}
        if "error" in response:
            raise ContenderFailed(f"{command}: {response['error']}")
        return dict(response)

    def stop(self) -> None:
        """Close its standard input, and kill it if it does not exit."""
        try:
            self._popen.communicate(timeout=STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:  # it waits for a job that will not end
            self._popen.kill()
            self._popen.communicate()


class Contender(ABC):
    """A system under measurement. Outside of its turn it uses no CPU."""

    def __init__(self, name: str, program: Program, *, database: str = "") -> None:
        self.name = name
        self.program = program
        self.database = database
        """Its database in PostgreSQL; empty if it uses none."""

    @property
    @abstractmethod
    def workers(self) -> list[psutil.Process]:
        """Roots of the process trees that run jobs."""

    @property
    def submitters(self) -> list[psutil.Process]:
        """Roots of the process trees that submit jobs."""
        return [self.program.process]

    @property
    def resident(self) -> list[psutil.Process]:
        """Roots of the process trees that must stay in memory to submit and to run jobs."""
        return self.workers

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Run the workers inside the block, and warm them up first."""
        with self.running():
            self.program.call("latencies", samples=WARM_UP_JOBS)
            yield

    @contextmanager
    @abstractmethod
    def running(self) -> Iterator[None]:
        """Run the workers inside the block."""

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Suspend background tasks inside the block, so that counters show only the jobs."""
        yield


class Peer(Contender):
    """Another job system, whose workers run only in its turn."""

    def __init__(
        self,
        name: str,
        *,
        python: str,
        module: str,
        environment: Mapping[str, str],
        worker: Sequence[str],
        worker_roots: int = 1,
        log: Path,
    ) -> None:
        database = environment.get("BENCH_DATABASE", "")
        super().__init__(name, Program(python, module, environment), database=database)
        self._command = [python, "-m", *worker]
        self._environment = {**os.environ, **environment}
        self._worker_roots = worker_roots
        self._log = log
        self._popens: list[subprocess.Popen[bytes]] = []
        self.program.call("prepare")

    @property
    def workers(self) -> list[psutil.Process]:
        return [psutil.Process(popen.pid) for popen in self._popens]

    @contextmanager
    def running(self) -> Iterator[None]:
        with self._log.open("ab") as log:
            self._popens = [self._start(log.fileno()) for _ in range(self._worker_roots)]
        try:
            yield
        finally:
            for popen in self._popens:
                popen.terminate()
            for popen in self._popens:
                popen.wait(STOP_TIMEOUT_SECONDS)
            self._popens = []

    def _start(self, log: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  # a fixed program
            self._command,
            cwd=PROJECT,
            env=self._environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=die_with_parent(Signals.SIGTERM),  # noqa: PLW1509  # only calls prctl
        )


class ConveyorContender(Contender):
    """Conveyor as `make run` starts it, suspended outside of its turn."""

    def __init__(
        self,
        name: str,
        installation: Installation,
        *,
        module: str,
        environment: Mapping[str, str],
        uses_web: bool = False,
    ) -> None:
        super().__init__(name, Program(sys.executable, module, environment), database="app")
        self._installation = installation
        self._uses_web = uses_web

    @property
    def workers(self) -> list[psutil.Process]:
        return [self._installation.service("worker")]

    @property
    def submitters(self) -> list[psutil.Process]:
        return [*super().submitters, *self._web]

    @property
    def resident(self) -> list[psutil.Process]:
        return [*self.workers, *self._web]

    @property
    def _web(self) -> list[psutil.Process]:
        return [self._installation.web()] if self._uses_web else []

    @contextmanager
    def running(self) -> Iterator[None]:
        processes.resume(list_services(self._installation))
        try:
            yield
        finally:
            processes.suspend(list_services(self._installation))

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        used = {process.pid for process in (*self.workers, *self._web)}
        background = [p for p in list_services(self._installation) if p.pid not in used]
        with processes.suspended(background):
            yield


def list_services(installation: Installation) -> list[psutil.Process]:
    """Return the processes of the stack, without its supervisor and its servers."""
    servers = ("postgres", "valkey-server")
    children = psutil.Process(installation.process.pid).children()
    return [process for process in children if process.name() not in servers]
