"""Converts a document's text to Markdown with as much structure as its format provides."""

from collections.abc import Callable, Sequence

from documents import media_types, reader, sandbox
from documents.errors import ContentMissing, DocumentError
from documents.export import plain_text, tabular
from documents.models import Document, DocumentText
from jobs.ai.rendering.images import SCHEME

Texts = Sequence[DocumentText]


def markdown_of(document: Document, texts: Texts) -> str:
    """Return the Markdown of a document whose pages have been read."""
    return WRITERS.get(document.media_type, _as_pages)(document, texts)


def warnings_of(texts: Texts) -> list[str]:
    """Return warnings about differences from the document."""
    by_ocr = sum(page.method == DocumentText.Method.OCR for page in texts)
    cut = [str(page.number) for page in texts if page.truncated]
    warnings = []
    if by_ocr:
        pages = "page was" if by_ocr == 1 else "pages were"
        warnings.append(f"{by_ocr} {pages} read by OCR: check names and figures.")
    if cut:
        warnings.append(f"Only the beginning of page {', '.join(cut)} was read.")
    return warnings


def _whole(texts: Texts) -> str:
    return "\n\n".join(page.text for page in texts)


def _as_is(document: Document, texts: Texts) -> str:
    return _whole(texts)


def _as_text(document: Document, texts: Texts) -> str:
    return plain_text.lines(_whole(texts))


def _as_pages(document: Document, texts: Texts) -> str:
    if len(texts) == 1:
        return plain_text.paragraphs(texts[0].text)
    return "\n\n".join(
        f"## Page {page.number}\n\n{plain_text.paragraphs(page.text)}" for page in texts
    )


def _as_image(document: Document, texts: Texts) -> str:
    return f"![]({SCHEME}{document.pk})\n\n{_as_pages(document, texts)}"


def _as_csv(document: Document, texts: Texts) -> str:
    return tabular.csv_table(_whole(texts))


def _as_workbook(document: Document, texts: Texts) -> str:
    return "\n\n".join(tabular.sheet(page.text) for page in texts)


def _as_structured(document: Document, texts: Texts) -> str:
    """Return the structure that a parser finds, or the plain text if it finds too little."""
    try:
        with (
            reader.open_content(document) as stream,
            sandbox.start_child("documents.export", stream) as finder,
        ):
            found = str(finder.request(document.media_type))
    except ContentMissing:
        raise
    except DocumentError:
        found = ""  # the text could be read; parsing the structure needs more resources
    return found if _holds(found, _whole(texts)) else plain_text.lines(_whole(texts))


def _holds(found: str, text: str) -> bool:
    """Whether the structured text has nearly all the words of the plain text."""
    return len(found.split()) >= 0.9 * len(text.split())


WRITERS: dict[str, Callable[[Document, Texts], str]] = {
    media_types.MARKDOWN: _as_is,
    media_types.TEXT: _as_text,
    media_types.CSV: _as_csv,
    media_types.XLSX: _as_workbook,
    media_types.DOCX: _as_structured,
    media_types.HTML: _as_structured,
    **dict.fromkeys(media_types.IMAGES, _as_image),
}
