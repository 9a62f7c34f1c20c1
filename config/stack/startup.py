"""Steps before the services start: stop leftovers, migrate, create the demo tenant."""

import asyncio
import json
import os
import secrets
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from signal import Signals

import psutil

from config.embedded.processes import die_with_parent
from config.stack.demo_credentials import DemoCredentials, read, save
from config.stack.services import DATA_DIR_MARK

LEFTOVERS_STOP_TIMEOUT_SECONDS = 10.0
"""Short: their servers died with the supervisor, so they have little to finish."""
LOADING_STATUS = b"503"


class StartupFailed(Exception):
    """A management command failed, or a service did not respond. The message gives the reason."""


def stop_leftovers(data_dir: Path) -> list[str]:
    """Stop services whose supervisor was killed; return a description of each.

    Hold the lock of the data folder: then no living supervisor owns them.
    """
    leftovers = [process for process in psutil.process_iter() if _belongs_to(process, data_dir)]
    descriptions = [f"pid {process.pid}" for process in leftovers]
    for process in leftovers:
        _signal(process, Signals.SIGTERM)
    _, remaining = psutil.wait_procs(leftovers, timeout=LEFTOVERS_STOP_TIMEOUT_SECONDS)
    for process in remaining:
        _signal(process, Signals.SIGKILL)
    psutil.wait_procs(remaining, timeout=LEFTOVERS_STOP_TIMEOUT_SECONDS)
    return descriptions


async def prepare(project: Path, environment: Mapping[str, str], data_dir: Path) -> DemoCredentials:
    """Apply migrations, create the demo tenant if missing, and save and return its credentials.

    One command does all of this: starting Python and Django takes longer than the work.
    """
    known = read(data_dir)
    tenant_environment = {
        "DEMO_PASSWORD": known.password if known else secrets.token_urlsafe(9),
        "DEMO_API_KEY": known.api_key if known else "",
    }
    output = await _run_manage(
        project, {**environment, **tenant_environment}, "create_demo_tenant", "--migrate", "--json"
    )
    credentials = DemoCredentials(**json.loads(output.splitlines()[-1]))
    save(data_dir, credentials)
    return credentials


async def wait_until_responding(url: str, *, timeout_seconds: float) -> bool:
    """Wait until web or a local model responds; return whether it did in time.

    Its port accepts connections earlier. A model server responds with 503 while it loads its model;
    any other status counts.
    """
    try:
        await asyncio.wait_for(_first_response(url), timeout_seconds)
    except TimeoutError:
        return False
    return True


async def _first_response(url: str) -> None:
    host, _, port = url.removeprefix("http://").rpartition(":")
    while True:
        with suppress(OSError):  # refused, or reset by a web process that exited
            reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
            try:
                writer.write(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
                if (await reader.readline()).split()[1:2] not in ([], [LOADING_STATUS]):
                    return
            finally:
                writer.close()
        await asyncio.sleep(0.05)


async def _run_manage(project: Path, environment: Mapping[str, str], *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "manage.py",
        *arguments,
        cwd=project,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        preexec_fn=die_with_parent(Signals.SIGTERM),
    )
    try:
        output, errors = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    if process.returncode != 0:
        last_lines = "\n".join(errors.decode(errors="replace").splitlines()[-15:])
        raise StartupFailed(f"manage.py {' '.join(arguments)} failed:\n{last_lines}")
    return output.decode()


def _belongs_to(process: psutil.Process, data_dir: Path) -> bool:
    try:
        is_marked = process.environ().get(DATA_DIR_MARK) == str(data_dir)
    except (psutil.Error, OSError):
        return False  # it exited meanwhile, or belongs to another user
    return is_marked and process.pid != os.getpid()


def _signal(process: psutil.Process, signal: Signals) -> None:
    try:
        process.send_signal(signal)
    except psutil.NoSuchProcess:
        return  # it exited meanwhile
