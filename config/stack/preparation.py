"""What has to be there before the services start: migrations, the demo tenant, no leftovers."""

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
from config.stack.login import Login, read, save
from config.stack.services import MARK

LEFTOVERS_STOP_TIMEOUT_SECONDS = 10.0
"""Seconds; their servers died with the supervisor, so they have little to wait for."""
LOADING = b"503"


class PreparationFailed(Exception):
    """A command failed. The message is the end of what it wrote."""


def stop_leftovers(data_dir: Path) -> list[str]:
    """Stop services of a supervisor that was killed, and describe them.

    Call it as the owner of the data folder: then nobody else may have services there.
    """
    left = [process for process in psutil.process_iter() if _belongs(process, data_dir)]
    described = [f"pid {process.pid}" for process in left]
    for process in left:
        _signal(process, Signals.SIGTERM)
    _, stubborn = psutil.wait_procs(left, timeout=LEFTOVERS_STOP_TIMEOUT_SECONDS)
    for process in stubborn:
        _signal(process, Signals.SIGKILL)
    psutil.wait_procs(stubborn, timeout=LEFTOVERS_STOP_TIMEOUT_SECONDS)
    return described


async def prepare(folder: Path, environment: Mapping[str, str], data_dir: Path) -> Login:
    """Apply migrations, make the demo tenant or find it, and give its login, which is kept.

    One command for all of it: starting Python and Django takes longer than the work.
    """
    path = data_dir / "demo-login.json"
    known = read(path)
    wishes = {
        "DEMO_PASSWORD": known.password if known else secrets.token_urlsafe(9),
        "DEMO_API_KEY": known.api_key if known else "",
    }
    said = await _manage(
        folder, {**environment, **wishes}, "create_demo_tenant", "--migrate", "--json"
    )
    login = Login(**json.loads(said.splitlines()[-1]))
    save(path, login)
    return login


async def until_answering(url: str, *, seconds: float) -> bool:
    """Wait until web, or a local model, answers: its port accepts connections before that.

    With any status but 503, by which a model server says that it loads its model.
    """
    try:
        await asyncio.wait_for(_first_answer(url), seconds)
    except TimeoutError:
        return False
    return True


async def _first_answer(url: str) -> None:
    host, _, port = url.removeprefix("http://").rpartition(":")
    while True:
        with suppress(OSError):  # refused, or reset by a web process that ended
            reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
            try:
                writer.write(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
                if (await reader.readline()).split()[1:2] not in ([], [LOADING]):
                    return
            finally:
                writer.close()
        await asyncio.sleep(0.05)


async def _manage(folder: Path, environment: Mapping[str, str], *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "manage.py",
        *arguments,
        cwd=folder,
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
        last = "\n".join(errors.decode(errors="replace").splitlines()[-15:])
        raise PreparationFailed(f"manage.py {' '.join(arguments)} failed:\n{last}")
    return output.decode()


def _belongs(process: psutil.Process, data_dir: Path) -> bool:
    try:
        marked = process.environ().get(MARK) == str(data_dir)
    except (psutil.Error, OSError):
        return False  # it ended meanwhile, or is another user's
    return marked and process.pid != os.getpid()


def _signal(process: psutil.Process, signal: Signals) -> None:
    try:
        process.send_signal(signal)
    except psutil.NoSuchProcess:
        return  # it ended meanwhile
