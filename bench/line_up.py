"""Which contenders run, and how each is started."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg2

from bench import venvs
from bench.contenders import WORKER_PROCESSES, Contender, ConveyorContender, Peer
from config.embedded.data_folder import DataFolder
from config.service_urls import celery_url
from tests.acceptance.installation import Installation

CELERY_WORKER = (
    *("worker", "--loglevel=ERROR", f"--concurrency={WORKER_PROCESSES}"),
    *("--without-gossip", "--without-mingle"),
)
"""The same command as for Conveyor, without its events."""


@contextmanager
def line_up(installation: Installation) -> Iterator[tuple[list[Contender], dict[str, str]]]:
    """Start the programs of all contenders; yield them, and why others were skipped."""
    folder = DataFolder(path=installation.folder)
    makers: dict[str, Callable[[], Contender]] = {
        "raw": lambda: _raw_celery(folder),
        "celery_results": lambda: _celery_results(folder),
        "procrastinate": lambda: _procrastinate(folder),
        "conveyor": lambda: ConveyorContender(
            "conveyor", installation, module="bench.peers.conveyor", environment={}
        ),
        "conveyor_rest": lambda: ConveyorContender(
            "conveyor_rest",
            installation,
            module="bench.peers.conveyor_rest",
            environment={"BENCH_URL": installation.url, "BENCH_API_KEY": installation.key},
            uses_web=True,
        ),
    }
    contenders, skipped = [], {}
    for name, make in makers.items():
        try:
            contenders.append(make())
        except venvs.CannotInstall as error:
            skipped[name] = str(error)
    try:
        yield contenders, skipped
    finally:
        for contender in contenders:
            contender.program.stop()


def _raw_celery(folder: DataFolder) -> Peer:
    return Peer(
        "raw",
        python=sys.executable,
        module="bench.peers.raw_celery",
        environment=_redis_environment(folder, 4) | {"DJANGO_SETTINGS_MODULE": ""},
        worker=("celery", "--app=bench.peers.raw_celery", *CELERY_WORKER),
        log=folder.path / "raw.log",
    )


def _celery_results(folder: DataFolder) -> Peer:
    return Peer(
        "celery_results",
        python=venvs.create("results"),
        module="bench.peers.celery_results",
        environment=_redis_environment(folder, 6)
        | create_database(folder, "bench_results")
        | {"DJANGO_SETTINGS_MODULE": "bench.peers.django_settings"},
        worker=("celery", "--app=bench.peers.celery_results", *CELERY_WORKER),
        log=folder.path / "celery_results.log",
    )


def _procrastinate(folder: DataFolder) -> Peer:
    app = "--app=bench.peers.procrastinate_app.app"
    return Peer(
        "procrastinate",
        python=venvs.create("procrastinate"),
        module="bench.peers.procrastinate_jobs",
        environment=create_database(folder, "bench_procrastinate"),
        worker=("procrastinate", app, "worker", "--queues=bench", "--concurrency=1"),
        worker_roots=WORKER_PROCESSES,
        log=folder.path / "procrastinate.log",
    )


def _redis_environment(folder: DataFolder, database: int) -> dict[str, str]:
    """Return the URLs of two databases of Valkey: the messages, and the results."""
    return {
        "BENCH_BROKER": celery_url(folder.redis_url, database=database),
        "BENCH_RESULTS": celery_url(folder.redis_url, database=database + 1),
    }


def create_database(folder: DataFolder, name: str) -> dict[str, str]:
    """Create a database; return the variables that name it to a program."""
    connection = psycopg2.connect(dbname="postgres", user="postgres", host=str(folder.sockets))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} OWNER app")
    finally:
        connection.close()
    return {"BENCH_DATABASE": name, "BENCH_DATABASE_HOST": str(folder.sockets)}
