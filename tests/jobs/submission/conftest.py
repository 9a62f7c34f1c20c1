"""Fixtures of submissions: an operator."""

import pytest

from tests.people import Person


@pytest.fixture
def operator(stranger: Person) -> Person:
    """Give an operator, who is a member of another organization."""
    stranger.user.is_staff = True
    stranger.user.save()
    stranger.user.api_keys.update(scopes=["admin"])
    return stranger
