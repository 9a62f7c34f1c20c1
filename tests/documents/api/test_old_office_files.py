"""OLE containers are refused with advice for their content."""

import pytest

from documents import media_types
from tests.documents.api.test_upload import send
from tests.people import Person

pytestmark = pytest.mark.django_db


def container(entry: str) -> bytes:
    """Make an OLE container whose directory, in its first sector, has an entry of this name."""
    header = media_types.OLE + bytes(22) + b"\x09" + bytes(17) + bytes(4)
    return header.ljust(512, b"\0") + entry.encode("utf-16-le").ljust(512, b"\0")


@pytest.mark.parametrize(
    ("name", "entry", "code"),
    [
        ("locked.pptx", "EncryptedPackage", "password_protected"),
        ("letter.doc", "WordDocument", "old_office_format"),
        ("costs.xls", "Workbook", "old_office_format"),
        ("deck.ppt", "PowerPoint Document", "old_office_format"),
        ("mail.msg", "__properties_version1.0", "unsupported_type"),
        ("what.bin", "Contents", "unsupported_type"),
    ],
)
def test_an_ole_file_is_refused_with_advice(
    owner: Person, name: str, entry: str, code: str
) -> None:
    response = send(owner, **{name: container(entry)})
    assert [fault["code"] for fault in response.json()["errors"]] == [code]
