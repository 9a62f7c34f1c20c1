"""The claims of the docs hold."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs import registry, testing
from jobs.models.states import TRANSITIONS, State
from tests.jobs.api.endpoints import endpoints
from tests.people import Person
from tests.programs import PROJECT
from tests.shown import module_of

README = (PROJECT / "README.md").read_text()
ARCHITECTURE = (PROJECT / "docs" / "architecture.md").read_text()
LIFECYCLE = (PROJECT / "docs" / "lifecycle.md").read_text()


def test_the_readme_is_short() -> None:
    assert README.count("\n") <= 120


def test_the_state_diagram_shows_exactly_the_allowed_transitions() -> None:
    drawn = set(re.findall(r"^    (\w+) --> (\w+)$", LIFECYCLE, re.MULTILINE))
    assert drawn == {(source, target) for source in State for target in TRANSITIONS[source]}


def named(table: str, base: str) -> Iterator[Path]:
    """Give the modules that a table names, as they would lie below a folder."""
    for row in re.findall(r"^\|.*", table, re.MULTILINE)[2:]:
        for name in re.findall(r"`([a-z_/]+)`", row):
            yield PROJECT / base / name


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ("jobs", "| layer | modules |"),
        ("jobs/ai", "| module | |"),
        ("reports", "| `reports/` | |"),
        ("documents", "| `documents/` | |"),
    ],
)
def test_every_module_in_a_table_of_the_architecture_exists(base: str, head: str) -> None:
    table = head + ARCHITECTURE.split(f"\n{head}")[1].split("\n\n")[0]
    modules = list(named(table, base))
    assert len(modules) > 10
    assert [
        one for one in modules if not one.is_dir() and not one.with_suffix(".py").exists()
    ] == []


def test_the_page_of_the_api_lists_every_endpoint() -> None:
    table = (PROJECT / "docs" / "api.md").read_text().split("## All endpoints")[1]
    listed = {
        f"{method} {path}"
        for paths, methods in re.findall(r"^\| (`/.*?) \| (`[A-Z` ]+`) \|", table, re.MULTILINE)
        for path in re.findall(r"`/(.*?)`", paths)
        for method in re.findall(r"[A-Z]+", methods)
    }
    routes = {re.sub(r"<str:(\w+)>", r"{\1}", route) for route, _ in endpoints()}
    assert listed == {re.sub(r"<uuid:\w+>", "{id}", route) for route in routes}


def test_every_job_type_is_in_the_readme_and_has_a_section() -> None:
    guide = (PROJECT / "docs" / "job-types.md").read_text()
    shipped = {one.name for one in registry.all_types() if one.app in ("documents", "reports")}
    assert set(re.findall(r"^## (\w+)$", guide, re.MULTILINE)) == shipped
    rows = "".join(re.findall(r"^\| (`.*?) \|", README, re.MULTILINE))
    assert set(re.findall(r"`(\w+)`", rows)) == shipped


def test_the_job_type_of_the_readme_runs(owner: Person, tmp_path: Path) -> None:
    with module_of(README, tmp_path):
        job = testing.make(
            "forecast", {"city": "Oslo"}, owner=owner.user, organization=owner.organization
        )
        assert testing.run(job).output == {"text": "Oslo: clear"}


def test_every_setting_of_the_environment_is_explained() -> None:
    explained = set(
        re.findall(r"^#? ?([A-Z][A-Z_0-9]+)=", (PROJECT / ".env.example").read_text(), re.M)
    )
    pattern = re.compile(r"env\.\w+\(\s*\"([A-Z_0-9]+)\"")
    read = set()
    for path in (PROJECT / "config").rglob("*.py"):
        read |= set(pattern.findall(path.read_text()))
    assert read - explained == {"WEB_FD", "LOCAL_MODEL_URL"}  # what the supervisor tells
