"""Content is downloaded unchanged, and never shown as a page of this site."""

from typing import Any

import pytest

from tests.documents import made
from tests.documents.conftest import Upload
from tests.people import Person

pytestmark = pytest.mark.django_db


def test_content_is_an_attachment_that_no_browser_sniffs(upload: Upload, owner: Person) -> None:
    page = b"<!doctype html><script>alert(1)</script>"
    document = upload(page, 'my "page".html')
    answer: Any = owner.client.get(f"/api/v1/documents/{document.pk}/content")
    assert b"".join(answer.streaming_content) == page
    answer.close()
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_the_text_endpoint_returns_the_pages_read_so_far(upload: Upload, owner: Person) -> None:
    document = upload(made.pdf("First page of two", "Second page of two"), "two.pdf")
    url = f"/api/v1/documents/{document.pk}/text"
    assert owner.client.get(url).json() == {
        "document": str(document.pk),
        "pages": None,
        "complete": False,
        "texts": [],
    }
    document.texts.create(number=1, text="First page of two", method="text_layer")
    document.pages = 2
    document.save()
    known = owner.client.get(url).json()
    assert (known["pages"], known["complete"], len(known["texts"])) == (2, False, 1)
