"""The job type of docs/handlers.md, and its test, run."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from jobs import registry, testing
from jobs.errors import InvalidSubmission
from tests.people import Person

DOCS = (Path(__file__).parents[2] / "docs" / "handlers.md").read_text()


@pytest.fixture
def page(tmp_path: Path) -> Iterator[ModuleType]:
    """Load what the page shows, as a module of an installed app."""
    file = tmp_path / "handlers_page.py"
    file.write_text("\n".join(re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)))
    spec = importlib.util.spec_from_file_location("tests.jobtypes.handlers_page", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        registry._types.pop("outlook", None)
        del sys.modules[spec.name]


def test_the_test_of_the_page_passes(page: ModuleType, owner: Person) -> None:
    page.test_a_service_that_is_away_is_asked_again(owner.user, owner.organization)


def test_what_the_page_says_of_bad_input_holds(page: ModuleType, owner: Person) -> None:
    mine: Any = {"owner": owner.user, "organization": owner.organization}
    with pytest.raises(InvalidSubmission, match="/input/city: Extra inputs"):
        testing.make("outlook", {"cities": ["Oslo"], "city": "Oslo"}, **mine)
    failed = testing.run(testing.make("outlook", {"cities": ["Nowhere"]}, **mine))
    assert failed.error is not None
    assert (failed.state, failed.error["code"]) == ("failed", "invalid_input")
