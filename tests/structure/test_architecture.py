"""Rules of the code that import contracts cannot express."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.programs import PROJECT

PACKAGES = ("config", "documents", "jobs", "reports")
STATE_WRITERS = {"jobs/lifecycle/functions.py", "jobs/lifecycle/transition.py"}
"""The ways a state is written: functions of the database, whose completed row is copied to the job,
and one statement for all other verbs; `jobs/lifecycle/verbs.py` lists the verbs."""
HEAVY = (
    "tesserocr",
    "pypdfium2",
    "docx",
    "openpyxl",
    "PIL",
    "trafilatura",
    "openai",
    "typst",
    "puremagic",
    "snowballstemmer",
    "pptx",
    "vl_convert",
    "boto3",
)


SETS_STATE = re.compile(r"\bSET\b((?!\bWHERE\b).)*\bstate\s*=", re.DOTALL)


def modules() -> Iterator[Path]:
    """Give the modules of the product."""
    for package in PACKAGES:
        for path in sorted((PROJECT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def writes_state(tree: ast.AST) -> bool:
    """Say whether code sets a `state`: by a queryset, an attribute, in SQL, or for `eventlog`."""
    return any(_writes_state(node) for node in ast.walk(tree))


def _writes_state(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="update" | "create"), keywords=keywords):
            return any(keyword.arg == "state" for keyword in keywords)
        case ast.Attribute(attr="state", ctx=ast.Store()):
            return True
        case ast.Constant(value=str(text)):
            return SETS_STATE.search(text) is not None
        case ast.Dict(keys=[ast.Constant(value="state"), *_], values=[ast.Name(), *_]):
            return True
    return False


def test_the_check_detects_writes_of_a_state() -> None:
    for source in (
        "Job.objects.filter(pk=1).update(state='failed')",
        "job.state = 'failed'",
        "cursor.execute('UPDATE jobs_job SET progress = 1, state = %s')",
    ):
        assert writes_state(ast.parse(source))
    assert not writes_state(ast.parse("Job.objects.filter(state='failed')"))


def test_only_the_lifecycle_writes_a_state() -> None:
    writers = {
        str(path.relative_to(PROJECT))
        for path in modules()
        if writes_state(ast.parse(path.read_text()))
    }
    assert writers == STATE_WRITERS


def test_modules_and_functions_stay_below_their_ceilings() -> None:
    too_long = []
    for path in modules():
        text = path.read_text()
        if text.count("\n") > 300:
            too_long.append(f"{path}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or 0) - node.lineno + 1
                if size >= 40:
                    too_long.append(f"{path}:{node.lineno} {node.name}: {size} lines")
    assert too_long == []


@pytest.mark.parametrize("entry", ["config.asgi", "config.celery"])
def test_the_web_process_loads_no_heavy_library(entry: str) -> None:
    code = (
        f"import {entry}, sys, django; from django.urls import get_resolver; "
        "django.setup(); get_resolver().url_patterns; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert loaded.stdout.strip().splitlines()[-1:] == ["[]"], loaded.stdout + loaded.stderr
