"""A new owner cleans up after a killed one."""

from pathlib import Path

import psutil
import pytest

from config.embedded.data_folder import DataFolder
from config.embedded.errors import ServerFailed
from config.embedded.session import run_servers
from tests.config.embedded.servers import recall, remember, role, start_session


def test_data_survives_a_killed_owner(tmp_path: Path) -> None:
    folder = DataFolder(path=tmp_path / "data")
    first = start_session(folder.path)
    assert role(first) == "owner"
    remember(folder, "kept")
    first.kill()
    first.communicate()
    with run_servers(folder.path) as manager:
        assert manager is not None
        assert recall(folder) == ("kept", "kept")


def test_the_servers_die_with_their_owner(tmp_path: Path) -> None:
    first = start_session(tmp_path / "data")
    assert role(first) == "owner"
    children = psutil.Process(first.pid).children()
    assert {child.name() for child in children} == {"postgres", "valkey-server"}
    first.kill()
    first.communicate()
    gone, alive = psutil.wait_procs(children, timeout=30)
    assert len(gone) == 2, alive


def test_an_unfinished_initdb_is_repeated(tmp_path: Path) -> None:
    folder = DataFolder(path=tmp_path / "data")
    folder.incomplete_postgres.mkdir(parents=True)
    (folder.incomplete_postgres / "PG_VERSION").write_text("18\n")
    with run_servers(folder.path):
        remember(folder, "fresh")
    assert not folder.incomplete_postgres.exists()


def test_a_pid_file_with_the_pid_of_another_program_is_ignored(tmp_path: Path) -> None:
    folder = DataFolder(path=tmp_path / "data")
    with run_servers(folder.path):
        remember(folder, "kept")
    (folder.postgres / "postmaster.pid").write_text("1\n")
    with run_servers(folder.path):
        assert recall(folder) == ("kept", "kept")


def test_the_error_of_a_failed_start_shows_the_end_of_the_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EMBEDDED_PG_ARGS", "-c no_such_setting=1")
    with (
        pytest.raises(ServerFailed, match=r"postgres did not start(.|\n)*no_such_setting"),
        run_servers(tmp_path / "data"),
    ):
        pytest.fail("it must not come so far")


def test_a_cluster_of_another_version_is_refused(tmp_path: Path) -> None:
    folder = DataFolder(path=tmp_path / "data")
    with run_servers(folder.path):
        pass
    (folder.postgres / "PG_VERSION").write_text("9\n")
    with (
        pytest.raises(ServerFailed, match=r"was made by PostgreSQL 9(.|\n)*PG_BIN"),
        run_servers(folder.path),
    ):
        pytest.fail("it must not come so far")
