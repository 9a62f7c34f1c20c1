"""Fixtures of research."""

from collections.abc import Callable
from typing import Any

import pytest

from jobs import testing
from jobs.models import Job
from tests.jobs.ai.web.site import Site
from tests.people import Person
from tests.reports.research.cranely import open_site


@pytest.fixture
def company(site: Site) -> Site:
    """Return the site of a company."""
    open_site(site)
    return site


@pytest.fixture
def searching(company: Site, settings: Any) -> Site:
    """Return the same site, which is a search provider, too."""
    settings.AI_SEARCH_PROVIDER, settings.AI_SEARCH_API_KEY = "tavily", "secret"
    settings.AI_SEARCH_BASE_URL = company.url
    return company


@pytest.fixture
def submit(owner: Person) -> Callable[..., Job]:
    """Return a function that stores a pending job of the owner's."""

    def make(type: str, **input: Any) -> Job:
        return testing.make(type, input, owner=owner.user, organization=owner.organization)

    return make
