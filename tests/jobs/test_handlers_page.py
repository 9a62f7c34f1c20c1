"""The job type of docs/handlers.md and its test work as shown."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from jobs import testing
from jobs.context import JobContext
from jobs.errors import InvalidSubmission
from jobs.registry import JobType
from tests.people import Person
from tests.programs import PROJECT
from tests.shown import module_of

DOCS = (PROJECT / "docs" / "handlers.md").read_text()
GIVEN = ("name", "app", "handler")
"""Fields of a job type that its declaration does not name as options."""


@pytest.fixture
def page(tmp_path: Path) -> Iterator[ModuleType]:
    """Load what the page shows, as a module of an installed app."""
    with module_of(DOCS, tmp_path) as shown:
        yield shown


def test_the_test_of_the_page_passes(page: ModuleType, owner: Person) -> None:
    page.test_unavailable_service_is_retried(owner.user, owner.organization)


def test_bad_input_is_refused_as_the_page_says(page: ModuleType, owner: Person) -> None:
    mine: Any = {"owner": owner.user, "organization": owner.organization}
    with pytest.raises(InvalidSubmission, match="/input/city: Extra inputs"):
        testing.make("outlook", {"cities": ["Oslo"], "city": "Oslo"}, **mine)
    failed = testing.run(testing.make("outlook", {"cities": ["Nowhere"]}, **mine))
    assert failed.error is not None
    assert (failed.state, failed.error["code"]) == ("failed", "invalid_input")


def test_the_tables_list_every_option_of_a_job_type_and_methods_that_exist() -> None:
    options = DOCS.split("| option |")[1].split("\n\n")[0]
    listed = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", options, re.MULTILINE)))
    assert listed == [one.name for one in fields(JobType) if one.name not in GIVEN]
    methods = re.findall(r"^\| `job\.(\w+)\(", DOCS, re.MULTILINE)
    assert methods == [name for name in methods if callable(getattr(JobContext, name, None))] != []
