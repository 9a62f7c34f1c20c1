"""Parallel uploads and deletions of one content never leave a document without its file."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from pytest_django.fixtures import Settings

from documents import store
from documents.models import Document
from tests.documents.stores import folder
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, ROUNDS = 4, 12
CONTENT = b"the same content"


def test_every_document_has_its_file_and_every_file_its_document(
    owner: Person, settings: Settings, tmp_path: Path
) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": folder(tmp_path)}
    seed = random.randrange(10**6)

    def act(number: int) -> None:
        chance = random.Random(seed + number)
        try:
            for _ in range(ROUNDS):
                sent = ContentFile(CONTENT, "a.txt")
                document = store.add(sent, organization=owner.organization, owner=owner.user)
                found = Document.objects.filter(pk=document.pk).first()
                if found is not None and chance.random() < 0.7:
                    store.remove(found)
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(act, range(PEOPLE)))
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [CONTENT] * Document.objects.count(), f"seed {seed}"
