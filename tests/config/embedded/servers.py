"""Processes that use a data folder, for tests of the embedded servers."""

import subprocess
import sys
from pathlib import Path

import psycopg2
import redis

from config.embedded.data_folder import DataFolder

SESSION_PROGRAM = """
import sys, signal
from pathlib import Path
from config.embedded.session import run_servers
with run_servers(Path(sys.argv[1])) as manager:
    print("owner" if manager else "attached", flush=True)
    sys.stdin.read()
"""


def start_session(data_dir: Path) -> "subprocess.Popen[str]":
    """Start a process that runs or uses the servers until its standard input closes."""
    return subprocess.Popen(
        [sys.executable, "-c", SESSION_PROGRAM, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def role(session: "subprocess.Popen[str]") -> str:
    """Wait until the servers are ready; return "owner" or "attached"."""
    assert session.stdout is not None
    return session.stdout.readline().strip()


def end(session: "subprocess.Popen[str]") -> None:
    """Close the input of a session, and wait for its normal exit."""
    session.communicate(timeout=30)
    assert session.returncode == 0


def remember(folder: DataFolder, word: str) -> None:
    """Store a word in both servers."""
    with redis.Redis.from_url(folder.redis_url) as client:
        client.set("word", word)
    _sql(folder, f"create table if not exists words as select '{word}' as word")


def recall(folder: DataFolder) -> tuple[str, str]:
    """Return the word from each server."""
    with redis.Redis.from_url(folder.redis_url) as client:
        return _sql(folder, "select word from words"), client.get("word").decode()


def _sql(folder: DataFolder, statement: str) -> str:
    connection = psycopg2.connect(folder.database_url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone() if cursor.description else None
            return str(row[0]) if row else ""
    finally:
        connection.close()
