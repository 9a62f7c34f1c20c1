"""What the docs say holds."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from jobs import registry, testing
from jobs.states import MOVES, State
from tests.people import Person
from tests.structure.test_architecture import PROJECT

README = (PROJECT / "README.md").read_text()
LIFECYCLE = (PROJECT / "docs" / "lifecycle.md").read_text()


def test_the_readme_is_no_manual() -> None:
    assert README.count("\n") <= 120


def test_the_state_diagram_shows_every_move_and_no_other() -> None:
    drawn = set(re.findall(r"^    (\w+) --> (\w+)$", LIFECYCLE, re.MULTILINE))
    assert drawn == {(source, target) for source in State for target in MOVES[source]}


@pytest.mark.parametrize("document", [*sorted(PROJECT.glob("docs/**/*.md")), PROJECT / "README.md"])
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!http|document:)([^)#]+)\)", document.read_text()):
        assert (document.parent / target).exists(), target


def test_the_job_type_of_the_readme_runs(owner: Person, tmp_path: Path) -> None:
    [code] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    file = tmp_path / "readme.py"
    file.write_text(code)
    spec = importlib.util.spec_from_file_location("tests.jobtypes.readme", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
        job = testing.make(
            "forecast", {"city": "Oslo"}, owner=owner.user, organization=owner.organization
        )
        done = testing.run(job)
        assert done.output == {"text": "Oslo: clear"}
    finally:
        registry._types.pop("forecast", None)
        del sys.modules[spec.name]


def test_every_setting_of_the_environment_is_explained() -> None:
    explained = set(
        re.findall(r"^#? ?([A-Z][A-Z_0-9]+)=", (PROJECT / ".env.example").read_text(), re.M)
    )
    pattern = re.compile(r"env\.\w+\(\s*\"([A-Z_0-9]+)\"")
    read = set()
    for path in (PROJECT / "config").rglob("*.py"):
        read |= set(pattern.findall(path.read_text()))
    assert read - explained == {"WEB_FD"}  # what the supervisor tells web, not people
