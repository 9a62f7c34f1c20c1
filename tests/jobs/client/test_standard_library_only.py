"""The client needs the standard library alone, so that any program can use it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import PROJECT

FILES = sorted((PROJECT / "jobs" / "client").glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_module_of_the_client_imports_the_standard_library_alone(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        for name in names:
            own = name.split(".")[:2] == ["jobs", "client"]
            assert own or name.split(".")[0] in sys.stdlib_module_names, name


def test_the_client_works_without_installed_packages(tmp_path: Path) -> None:
    """-S and -I leave out site-packages and the current folder: there is no Django."""
    code = (
        f"import sys; sys.path.insert(0, {str(PROJECT)!r})\n"
        "from jobs.client import Client\n"
        "Client('http://localhost', 'key')\n"
        "try:\n    import django\nexcept ImportError:\n    print('alone')"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "alone\n"
