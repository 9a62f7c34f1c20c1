"""Sends commands to Redis from one thread of each process, without making the caller wait.

For commands whose result nobody needs and whose loss is harmless, such as live messages. They are
sent in order, many in one round trip: a command waits some milliseconds for others, unless it is
urgent. While Redis is unavailable, they are dropped.
"""

import atexit
import os
import threading
from collections import deque
from typing import Any

from jobs.redis.client import best_effort

MAX_QUEUED_COMMANDS = 10_000
"""If Redis is so slow that more are queued, the oldest ones are dropped."""
MAX_WAIT_SECONDS = 0.02
"""How long a command that is not urgent waits for others. A round trip costs a process as much CPU
time as a third of a submission."""
EXIT_SECONDS = 0.5
"""How long a process that ends waits for its last commands."""


class Sender:
    """A queue of commands, and the thread that sends them."""

    def __init__(self) -> None:
        self._queue: deque[tuple[Any, ...]] = deque(maxlen=MAX_QUEUED_COMMANDS)
        self._filled = threading.Event()
        self._urgent = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def send(self, *command: Any, urgent: bool = False) -> None:
        """Queue a command, for example `send("PUBLISH", channel, text)`. Never blocks or raises."""
        with self._lock:
            self._queue.append(command)
            if not self._filled.is_set():
                self._idle.clear()
                self._filled.set()
            if urgent:
                self._urgent.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="redis-sender", daemon=True)
                self._thread.start()

    def flush(self, timeout: float) -> bool:
        """Wait until all commands are sent or dropped; `False` if that takes longer."""
        self._urgent.set()
        return self._idle.wait(timeout)

    def _run(self) -> None:
        while True:
            self._filled.wait()
            self._urgent.wait(MAX_WAIT_SECONDS)
            with self._lock:
                commands = list(self._queue)
                self._queue.clear()
                self._filled.clear()
                self._urgent.clear()
            best_effort(
                lambda client, commands=commands: _send_all(client, commands),  # type: ignore[misc]
                None,
                purpose=f"{len(commands)} live messages",
            )
            with self._lock:
                if not self._queue:
                    self._idle.set()


def _send_all(client: Any, commands: list[tuple[Any, ...]]) -> None:
    with client.pipeline(transaction=False) as pipeline:
        for command in commands:
            pipeline.execute_command(*command)
        pipeline.execute(raise_on_error=False)


def _start_anew() -> None:
    """Give a forked process its own queue: it has no thread, and the parent sends the commands."""
    global sender  # noqa: PLW0603  # the one of this process
    sender = Sender()


sender = Sender()
os.register_at_fork(after_in_child=_start_anew)
atexit.register(lambda: sender.flush(EXIT_SECONDS))


def send(*command: Any, urgent: bool = False) -> None:
    """Queue a command of this process."""
    sender.send(*command, urgent=urgent)
