"""The sandbox process that renders files, charts and images, see `jobs.ai.rendering.renderer`."""

from collections.abc import Callable, Iterator
from typing import IO, Any

from jobs.ai.rendering import html, messages, pdf, resizing, tree, vega_lite, word
from jobs.ai.rendering.document import MarkdownDocument, RenderedImage
from jobs.ai.rendering.errors import RenderingFailed
from jobs.ai.sandbox import runtime


def handle_requests(files: list[IO[bytes]], requests: Iterator[Any]) -> Iterator[Any]:
    """Yield one result per request: an image, the images of a document, or facts about a file.

    A request for a file or a list reads the document from the first file. A rendered file is
    written to the second one.
    """
    for request in requests:
        if request["make"] in FILE_RENDERERS:
            document = messages.load_document(files[0].read())
            yield FILE_RENDERERS[request["make"]](document, files[1])
        elif request["make"] == "list":
            yield _list_images(messages.load_document(files[0].read()))
        else:
            yield messages.dump_image(IMAGE_RENDERERS[request["make"]](files, request))


def _list_images(document: MarkdownDocument) -> list[tuple[str, str]]:
    return [
        (node["kind"], node["address"])
        for node in tree.walk(tree.parse(document.markdown))
        if node["kind"] in ("chart", "image")
    ]


def _render_pdf(document: MarkdownDocument, target: IO[bytes]) -> dict[str, Any]:
    rendered = pdf.render(document)
    return _write(
        target, rendered.content, pages=rendered.pages, without_font=rendered.without_font
    )


def _render_docx(document: MarkdownDocument, target: IO[bytes]) -> dict[str, Any]:
    return _write(target, word.render(document))


def _render_html(document: MarkdownDocument, target: IO[bytes]) -> dict[str, Any]:
    return _write(target, html.fragment(document).encode())


def _write(target: IO[bytes], content: bytes, **facts: Any) -> dict[str, Any]:
    target.write(content)
    target.flush()
    return {"pages": None, "without_font": (), **facts}


def _map_error(error: Exception) -> RenderingFailed:
    if isinstance(error, RenderingFailed):
        return error
    if isinstance(error, MemoryError):
        return RenderingFailed("It needs more memory than the limit allows.")
    return RenderingFailed(f"The rendering library failed ({type(error).__name__}).")


FILE_RENDERERS: dict[str, Callable[[MarkdownDocument, IO[bytes]], dict[str, Any]]] = {
    "pdf": _render_pdf,
    "docx": _render_docx,
    "html": _render_html,
}
IMAGE_RENDERERS: dict[str, Callable[[list[IO[bytes]], Any], RenderedImage]] = {
    "chart": lambda _, request: vega_lite.draw(request["spec"]),
    "image": lambda files, request: resizing.resize(files[0], request["pixels"]),
}


if __name__ == "__main__":
    runtime.serve(handle_requests, _map_error)
