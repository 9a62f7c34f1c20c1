"""One process owns the servers of a data folder, others attach to them."""

import os
from pathlib import Path

import pytest

from config.embedded.data_folder import DataFolder
from config.embedded.manager import acquire, required_servers
from config.embedded.session import run_servers
from tests.config.embedded.servers import end, recall, remember, role, start_session


def test_data_survives_the_end_of_the_owner(tmp_path: Path) -> None:
    folder = DataFolder(path=tmp_path / "data")
    with run_servers(folder.path) as manager:
        assert manager is not None
        remember(folder, "kept")
    with run_servers(folder.path):
        assert recall(folder) == ("kept", "kept")


def test_a_second_process_attaches_and_leaves_the_servers_running(tmp_path: Path) -> None:
    folder = DataFolder(path=tmp_path / "data")
    with run_servers(folder.path):
        second = start_session(folder.path)
        assert role(second) == "attached"
        end(second)
        remember(folder, "still here")


def test_a_server_that_dies_is_started_again(tmp_path: Path) -> None:
    folder = DataFolder(path=tmp_path / "data")
    with run_servers(folder.path) as manager:
        assert manager is not None
        assert manager.restart_exited() == []
        remember(folder, "kept")
        manager.processes["valkey"].kill()
        manager.processes["valkey"].wait()
        assert manager.restart_exited() == ["valkey"]
        manager.wait_until_ready()
        assert recall(folder) == ("kept", "kept")


def test_a_server_with_a_configured_url_is_not_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = DataFolder(path=tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/name")
    assert [server.name for server in required_servers(folder)] == ["valkey"]
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    with run_servers(folder.path) as manager:
        assert manager is None
    assert not folder.lock.exists()


def test_a_long_path_gets_its_sockets_below_tmp(tmp_path: Path) -> None:
    folder = DataFolder(path=tmp_path / ("long" * 20) / "data")
    assert len(os.fsencode(folder.valkey_socket)) < 108
    with run_servers(folder.path):
        remember(folder, "reached")
        assert recall(folder) == ("reached", "reached")
    folder.sockets.rmdir()


def test_the_lock_has_one_holder(tmp_path: Path) -> None:
    folder = DataFolder(path=tmp_path / "data")
    manager = acquire(folder)
    assert manager is not None
    assert acquire(folder) is None
    manager.stop()
    again = acquire(folder)
    assert again is not None
    again.stop()
