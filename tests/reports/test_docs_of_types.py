"""The examples of docs/job-types.md and docs/models.md give the output shown."""

import json
import re
import tomllib
from typing import Any

import pytest

from config.language_models import ModelsFile
from jobs import testing
from tests.programs import PROJECT
from tests.reports.conftest import Submit

DOCS = PROJECT / "docs"
ELSEWHERE = "..."


def shows(shown: Any, real: Any) -> bool:
    """Say whether an example, which may leave things out, agrees with what came."""
    if isinstance(shown, dict):
        return all(name in real and shows(value, real[name]) for name, value in shown.items())
    if isinstance(shown, list):
        return len(shown) == len(real) and all(map(shows, shown, real))
    return bool(shown in (real, ELSEWHERE))


@pytest.mark.parametrize("name", ["generate_report", "brief_generation", "option_analysis"])
def test_an_example_gives_its_output(submit: Submit, name: str) -> None:
    page = (DOCS / "job-types.md").read_text()
    section = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
    asked, shown = map(json.loads, re.findall(r"```json\n(.*?)```", section, re.DOTALL))
    done = testing.run(submit(asked["type"], **asked["input"]))
    assert shows(shown, done.output), done.output
    assert not shows({**shown, "model": "another"}, done.output)


def test_the_example_file_of_models_is_valid() -> None:
    [text] = re.findall(r"```toml\n(.*?)```", (DOCS / "models.md").read_text(), re.DOTALL)
    found = ModelsFile.model_validate(tomllib.loads(text))
    assert (found.default, found.types["generate_report"]) == ("small", "large")
