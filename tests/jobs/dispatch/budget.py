"""Counts what code costs: statements, transactions, and the commands that Valkey received."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from django.db import connection

from jobs.redis import sender
from jobs.redis.client import get_client

CONNECTION_COMMANDS = {"info", "client", "config", "hello", "ping", "select"}
"""Commands of this module, and of new or idle connections."""
FLUSH_SECONDS = 5.0


@dataclass
class Cost:
    """What a block cost."""

    statements: list[str] = field(default_factory=list)
    transactions: int = 0
    commands: dict[str, int] = field(default_factory=dict)
    """Commands of Redis by name, with those that the sender's thread sent."""


@contextmanager
def counting() -> Iterator[Cost]:
    """Count the statements and transactions of this thread, and the commands of all."""
    cost = Cost()

    def execute(run: Callable[..., Any], sql: Any, *arguments: Any) -> Any:
        cost.statements.append(str(sql))
        cost.transactions += not connection.in_atomic_block  # it commits by itself
        return run(sql, *arguments)

    def commit() -> None:
        cost.transactions += 1
        commit_really()

    commit_really = connection.commit
    sender.sender.flush(FLUSH_SECONDS)
    before = _count_commands()
    with connection.execute_wrapper(execute), patch.object(connection, "commit", commit):
        yield cost
    sender.sender.flush(FLUSH_SECONDS)
    after = _count_commands()
    differences = {name: calls - before.get(name, 0) for name, calls in after.items()}
    cost.commands = {name: number for name, number in differences.items() if number}


def _count_commands() -> dict[str, int]:
    """Return the calls of each command; those of scripts count apart from the script itself."""
    stats: Any = get_client().info("commandstats")
    calls = {name.removeprefix("cmdstat_"): int(stat["calls"]) for name, stat in stats.items()}
    return {name: n for name, n in calls.items() if name.split("|")[0] not in CONNECTION_COMMANDS}
