"""A report with too many pictures for a file gets that file without them."""

import base64
import logging
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.files.base import ContentFile

from documents import store as documents
from jobs import testing
from jobs.ai.rendering import embedded_images, renderer
from jobs.ai.rendering.document import MarkdownDocument
from jobs.ai.rendering.errors import RenderingFailed
from jobs.models import Job
from reports.files import rendering, store
from reports.files.rendering import IMAGES_OMITTED
from reports.models import Report
from tests.people import Person

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ABSENT = "![harbour](https://example.org/harbour.png)"


@pytest.fixture
def illustrated(order: Callable[..., Job], owner: Person, monkeypatch: pytest.MonkeyPatch) -> Job:
    """Return a job whose report has a picture, which no HTML can hold."""
    file = ContentFile(PIXEL, "pier.png")
    picture = documents.add(file, organization=owner.organization, owner=owner.user)
    make = renderer.render_file

    def refuse(paper: MarkdownDocument, format: renderer.Format) -> renderer.RenderedFile:
        if format == "html" and paper.images:
            raise RenderingFailed("It needs more memory than it may have.")
        return make(paper, format)

    monkeypatch.setattr(renderer, "render_file", refuse)
    return order(documents=[str(picture.pk)])


def test_a_file_beyond_its_memory_is_made_without_pictures(
    illustrated: Job, caplog: pytest.LogCaptureFixture
) -> None:
    done = testing.run(illustrated)
    assert (done.state, done.output["partial"]) == ("completed", False)
    report = Report.objects.get(job=done)
    page = (store.read_file(report, "html") or b"").decode()
    assert f"Image not shown: pier.png. {IMAGES_OMITTED}" in page
    assert "data:image/" not in page
    logged = [
        (one.levelno, one.getMessage()) for one in caplog.records if "html" in one.getMessage()
    ]
    message = f"report {report.pk}: the html could not be created with its images; retrying without"
    assert logged == [(logging.WARNING, message)]


def test_a_missing_picture_keeps_its_own_reason(
    illustrated: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def some(paper: MarkdownDocument, organization: uuid.UUID) -> MarkdownDocument:
        text = f"{paper.markdown}\n\n{ABSENT}\n"
        return embedded_images.embed_images(replace(paper, markdown=text), organization)

    monkeypatch.setattr(rendering, "embed_images", some)
    done = testing.run(illustrated)
    page = (store.read_file(Report.objects.get(job=done), "html") or b"").decode()
    assert f"pier.png. {IMAGES_OMITTED}" in page
    assert "Image not shown: harbour. Only images from documents are shown" in page
