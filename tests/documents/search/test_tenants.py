"""A search finds documents of its organization, and reveals nothing of others."""

import uuid

import pytest

from documents.models import Passage
from jobs.errors import InvalidSubmission
from tests.documents.conftest import Upload
from tests.documents.search.conftest import Search, searched
from tests.people import Person

pytestmark = pytest.mark.django_db

SECRET = b"The merger with Muellerwerke was signed in the night by all of the parties."


def test_a_teammate_finds_what_the_owner_uploaded(
    upload: Upload, search: Search, teammate: Person
) -> None:
    document = upload(SECRET, "a.txt")
    assert [item["document"] for item in search("merger", teammate)] == [str(document.pk)]


@pytest.mark.parametrize("query", ["merger", "Muelerwerke", "signed merger -night", "a merger"])
def test_a_stranger_finds_nothing_by_words_spelling_or_counts(
    upload: Upload, search: Search, owner: Person, stranger: Person, query: str
) -> None:
    upload(SECRET, "a.txt")
    assert search("merger")  # and so it is in the index
    output = searched(stranger, query).output
    nothing = {"items": [], "documents": 0, "pages": 0, "unread": [], "unread_documents": 0}
    assert nothing.items() <= output.items()


def test_unread_documents_of_others_are_neither_read_nor_counted(
    upload: Upload, stranger: Person
) -> None:
    upload(SECRET, "a.txt")
    assert searched(stranger, "merger").output["unread_documents"] == 0
    assert not Passage.objects.exists()


def test_documents_of_others_are_not_found_by_id(
    upload: Upload, owner: Person, stranger: Person
) -> None:
    theirs = upload(SECRET, "a.txt")
    for named in (theirs.pk, uuid.uuid4()):
        with pytest.raises(InvalidSubmission) as caught:
            searched(stranger, "merger", documents=[str(named)])
        [fault] = caught.value.faults
        assert (fault.pointer, fault.code) == ("/input/documents/0", "not_found")


def test_each_tenant_finds_its_own_copy_of_one_content(
    upload: Upload, search: Search, owner: Person, stranger: Person
) -> None:
    mine, theirs = upload(SECRET, "a.txt"), upload(SECRET, "b.txt", stranger)
    assert [item["document"] for item in search("merger")] == [str(mine.pk)]
    assert [item["document"] for item in search("merger", stranger)] == [str(theirs.pk)]
