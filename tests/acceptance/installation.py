"""A running installation: access to its API and to its processes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import psutil
import redis

from config.embedded.data_folder import DataFolder
from tests.programs import PROJECT
from tests.waiting import TIMEOUT_SECONDS, suspended, until

ACTIVE = ("waiting", "scheduled", "pending", "running")


@dataclass(kw_only=True)
class Installation:
    """Everything that `python -m config.stack run` starts, in a data folder of its own."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """Start it; return when it responds to requests and its workers run."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._log = (self.folder / "stack.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.stack", "run"],
            cwd=PROJECT,
            env={**os.environ, **self.process_environment},
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        until(self._is_ready, what=f"a ready stack; see {self.folder}/stack.log")

    @property
    def process_environment(self) -> dict[str, str]:
        """Return the variables of its processes, in addition to the environment of the tests."""
        return {
            "DATA_DIR": str(self.folder),
            "CONVEYOR_TEST_DATA": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "JOBS_LEASE": "5",
            "WORKER_GRACE": "3",
            **self.environment,
        }

    def stop(self) -> int:
        """Stop it as Ctrl-C does; return its exit code."""
        self.http.close()
        self.process.send_signal(signal.SIGINT)
        self._log.close()
        return self.process.wait(TIMEOUT_SECONDS)

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, (self.folder / "stack.log").read_text()[-3000:]
        try:
            self.url = json.loads((self.folder / "stack.json").read_text())["url"]
            self.key = json.loads((self.folder / "demo-login.json").read_text())["api_key"]
            assert httpx.get(f"{self.url}/readyz").status_code == 200
            return len(self.worker_children()) >= 2 and bool(self.run("echo", within=20))
        except (OSError, httpx.HTTPError, psutil.Error, AssertionError, ValueError):
            return False

    def reset(self) -> None:
        """Cancel active jobs and wait until all workers run, for the next test."""
        until(self._is_reset, what="an installation without active jobs")

    def _is_reset(self) -> bool:
        try:
            active = self.http.get("/jobs", params={"state": ACTIVE}).json()["results"]
            for job in active:
                self.http.post(f"/jobs/{job['id']}/cancel")
            for key in self.redis.scan_iter("conveyor:streams:*"):  # also of killed processes
                self.redis.delete(key)
            return not active and len(self.worker_children()) >= 2
        except (httpx.HTTPError, redis.RedisError, psutil.Error, AssertionError, KeyError):
            return False

    # --- its API ---------------------------------------------------------------------------

    @cached_property
    def http(self) -> httpx.Client:
        """HTTP client with the API key of the demo tenant."""
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=60)

    def submit(self, type: str, **input: Any) -> str:
        """Submit a job; return its ID."""
        return self.submit_with_priority(5, type, **input)

    def submit_with_priority(self, priority: int, type: str, **input: Any) -> str:
        """Submit a job with a priority; return its ID."""
        body = {"type": type, "input": input, "priority": priority}
        response = self.http.post("/jobs", json=body)
        assert response.status_code == 202, response.text
        return str(response.json()["id"])

    def job(self, job_id: str, **options: Any) -> dict[str, Any]:
        """Return a job; with `wait`, after its next change or that many seconds."""
        response = self.http.get(f"/jobs/{job_id}", params=options)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def event_kinds(self, job_id: str) -> list[str]:
        """Return the kinds of a job's events."""
        return [event["kind"] for event in self.events(job_id)]

    def events(self, job_id: str) -> list[dict[str, Any]]:
        """Return the events of a job."""
        return list(self.http.get(f"/jobs/{job_id}/events").json())

    def wait_for_end(self, job_id: str, *, within: float = TIMEOUT_SECONDS) -> dict[str, Any]:
        """Wait until a job has ended; return it."""

        def find_ended() -> dict[str, Any] | None:
            job = self.job(job_id, wait=10)
            return job if job["finished_at"] else None

        return until(find_ended, within=within, what=f"the end of job {job_id}")

    def run(self, type: str, *, within: float = TIMEOUT_SECONDS, **input: Any) -> dict[str, Any]:
        """Submit a job and wait until it has ended; return it."""
        return self.wait_for_end(self.submit(type, **input), within=within)

    # --- its processes --------------------------------------------------------------------------

    def service(self, name: str) -> psutil.Process:
        """Find the main process of a Celery worker: `worker`, `maintenance` or `webhooks`."""
        return self._child(f"--hostname={name}@%h")

    def web(self) -> psutil.Process:
        """Find the web process."""
        return self._child("config.web_server")

    def beat(self) -> psutil.Process:
        """Find the beat process."""
        return self._child("beat")

    def _child(self, argument: str) -> psutil.Process:
        for process in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):  # it may exit meanwhile
                if argument in process.cmdline():
                    return process
        raise AssertionError(f"no process with {argument}")

    def worker_children(self) -> list[psutil.Process]:
        """Find the processes that run jobs."""
        return self.service("worker").children()

    def job_process(self, job_id: str) -> psutil.Process:
        """Find the process that runs a job."""
        started = [e for e in self.events(job_id) if e["kind"] == "started"]
        return psutil.Process(int(started[-1]["data"]["worker"].rpartition("/")[2]))

    def kill_worker(self) -> None:
        """Kill the worker and the processes that run its jobs."""
        worker = self.service("worker")
        for process in (worker, *worker.children()):
            process.kill()

    @property
    def redis(self) -> "redis.Redis":
        """Client of its Valkey."""
        return redis.Redis(unix_socket_path=str(DataFolder(path=self.folder).valkey_socket))

    def server(self, name: str) -> psutil.Process:
        """Find the main process of `postgres` or `valkey-server`."""
        for process in psutil.process_iter(["name"]):
            if process.info["name"] == name and _belongs(process, self.folder):
                return process
        raise AssertionError(f"no server {name}")

    @contextmanager
    def without_valkey(self) -> Iterator[None]:
        """Kill Valkey, and prevent its restart inside the block."""
        with suspended(psutil.Process(self.process.pid)):  # the supervisor
            self.server("valkey-server").kill()
            yield


def _belongs(process: psutil.Process, folder: Path) -> bool:
    try:
        parent = process.parent()
        return folder in Path(process.cwd()).parents and (
            parent is None or parent.name() != process.name()
        )
    except psutil.Error:
        return False
