"""The job type of docs/handlers.md, and its test, run."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from jobs import testing
from jobs.errors import InvalidSubmission
from tests.people import Person
from tests.shown import module_of

DOCS = (Path(__file__).parents[2] / "docs" / "handlers.md").read_text()


@pytest.fixture
def page(tmp_path: Path) -> Iterator[ModuleType]:
    """Load what the page shows, as a module of an installed app."""
    with module_of(DOCS, tmp_path) as shown:
        yield shown


def test_the_test_of_the_page_passes(page: ModuleType, owner: Person) -> None:
    page.test_a_service_that_is_away_is_asked_again(owner.user, owner.organization)


def test_what_the_page_says_of_bad_input_holds(page: ModuleType, owner: Person) -> None:
    mine: Any = {"owner": owner.user, "organization": owner.organization}
    with pytest.raises(InvalidSubmission, match="/input/city: Extra inputs"):
        testing.make("outlook", {"cities": ["Oslo"], "city": "Oslo"}, **mine)
    failed = testing.run(testing.make("outlook", {"cities": ["Nowhere"]}, **mine))
    assert failed.error is not None
    assert (failed.state, failed.error["code"]) == ("failed", "invalid_input")
