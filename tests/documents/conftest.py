"""The fixture `upload`."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile

from documents import store
from documents.models import Document
from tests.people import Person

Upload = Callable[..., Document]


@pytest.fixture
def upload(owner: Person) -> Upload:
    """Return a function that stores content for a person, by default the owner."""

    def stored(content: bytes, name: str, person: Person = owner) -> Document:
        return store.add(
            ContentFile(content, name), organization=person.organization, owner=person.user
        )

    return stored
