"""A report whose pictures are too much for a file has that file without them."""

import base64
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile

from documents import store as documents
from jobs import testing
from jobs.ai.rendering import making
from jobs.ai.rendering.errors import NotMade
from jobs.ai.rendering.paper import Paper
from jobs.models import Job
from reports.files import store
from reports.files.formatting import LEFT_OUT
from reports.models import Report
from tests.people import Person

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_a_file_that_cannot_hold_the_pictures_is_made_without_them(
    order: Callable[..., Job], owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = ContentFile(PIXEL, "pier.png")
    picture = documents.add(file, organization=owner.organization, owner=owner.user)
    make = making.make

    def refuse(paper: Paper, format: making.Format) -> making.Made:
        if format == "html" and paper.pictures:
            raise NotMade("It needs more memory than it may have.")
        return make(paper, format)

    monkeypatch.setattr(making, "make", refuse)
    done = testing.run(order(documents=[str(picture.pk)]))
    assert (done.state, done.output["partial"]) == ("completed", False)
    page = (store.read(Report.objects.get(job=done), "html") or b"").decode()
    assert f"Image not shown: pier.png. {LEFT_OUT}" in page
    assert "data:image/" not in page
