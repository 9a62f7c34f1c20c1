"""A text that exceeds memory or time fails its own job, with advice."""

import time

import pytest

from jobs.ai.rendering import renderer
from jobs.ai.rendering.errors import RenderingFailed
from tests.documents.conftest import Upload
from tests.documents.export.conftest import Export
from tests.jobs.ai.rendering.documents import markdown_document

LIST = b"![A picture that is not there](document:1)\n\n" + b"- item\n" * 6_000


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_document_that_needs_too_much_memory_fails_alone(
    upload: Upload, export: Export, kind: str
) -> None:
    upload_of = upload(LIST, "list.md").pk
    with pytest.MonkeyPatch.context() as small:
        small.setattr("django.conf.settings.DOCUMENT_READER_MEMORY", 50_000_000)
        done = export(document=upload_of, format=kind)
    assert (done.state, done.error["code"]) == ("failed", "not_made")
    assert "Export it as Markdown" in done.error["message"]
    assert export(document=upload_of, format="md").state == "completed"


def test_a_word_that_takes_too_long_ends_by_the_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderer, "MAX_CPU_SECONDS", 1)
    monkeypatch.setattr("django.conf.settings.DOCUMENT_READER_MEMORY", 2_000_000_000)
    began = time.process_time()
    with pytest.raises(RenderingFailed, match="CPU time"):
        renderer.render_file(markdown_document("A" * 1_500_000), "pdf")
    assert time.process_time() - began < 1, "the worker itself did the work"
