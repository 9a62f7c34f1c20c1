"""A document's text as Markdown, with as much of its structure as its format tells."""

from collections.abc import Callable, Sequence

from documents import media_types, reader, sandbox
from documents.errors import ContentMissing, DocumentError
from documents.export import plain_text, tabular
from documents.models import Document, DocumentText
from jobs.ai.rendering.images import SCHEME

Texts = Sequence[DocumentText]


def markdown_of(document: Document, texts: Texts) -> str:
    """Give the Markdown of a document whose pages have been read."""
    return WRITERS.get(document.media_type, _as_pages)(document, texts)


def warnings_of(texts: Texts) -> list[str]:
    """Say what is not as in the document."""
    by_ocr = sum(page.method == DocumentText.Method.OCR for page in texts)
    cut = [str(page.number) for page in texts if page.truncated]
    said = []
    if by_ocr:
        pages = "page was" if by_ocr == 1 else "pages were"
        said.append(f"{by_ocr} {pages} read by OCR: check names and figures.")
    if cut:
        said.append(f"Only the beginning was read of page {', '.join(cut)}.")
    return said


def _whole(texts: Texts) -> str:
    return "\n\n".join(page.text for page in texts)


def _own(document: Document, texts: Texts) -> str:
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


def _structured(document: Document, texts: Texts) -> str:
    """Give the structure that a parser finds; the text alone where it finds too little."""
    try:
        with (
            reader.content(document) as stream,
            sandbox.started("documents.export", stream) as finder,
        ):
            found = str(finder.request(document.media_type))
    except ContentMissing:
        raise
    except DocumentError:
        found = ""  # it was read once; its structure takes more than that
    return found if _holds(found, _whole(texts)) else plain_text.lines(_whole(texts))


def _holds(found: str, text: str) -> bool:
    """Whether the structure holds nearly all of the words of the text."""
    return len(found.split()) >= 0.9 * len(text.split())


WRITERS: dict[str, Callable[[Document, Texts], str]] = {
    media_types.MARKDOWN: _own,
    media_types.TEXT: _as_text,
    media_types.CSV: _as_csv,
    media_types.XLSX: _as_workbook,
    media_types.DOCX: _structured,
    media_types.HTML: _structured,
    **dict.fromkeys(media_types.IMAGES, _as_image),
}
