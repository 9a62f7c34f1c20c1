"""Makes one thing in a process of its own, see `jobs.ai.rendering.renderer`."""

from collections.abc import Callable, Iterator
from typing import IO, Any

from jobs.ai.rendering import html, images, pdf, tree, vega_lite, word
from jobs.ai.rendering.document import MarkdownDocument, RenderedImage
from jobs.ai.rendering.errors import RenderingFailed
from jobs.ai.rendering.renderer import DOCUMENT_ADAPTER, IMAGE_ADAPTER
from jobs.ai.sandbox import runtime


def things(files: list[IO[bytes]], orders: Iterator[Any]) -> Iterator[Any]:
    """Answer each order: with a picture, or with what there is to say of the file that is made."""
    for order in orders:
        if order["make"] in FILES:
            paper = DOCUMENT_ADAPTER.validate_json(files[0].read())
            yield FILES[order["make"]](paper, files[1])
        elif order["make"] == "list":
            yield _called(DOCUMENT_ADAPTER.validate_json(files[0].read()))
        else:
            yield PICTURES[order["make"]](files, order)


def _called(paper: MarkdownDocument) -> list[tuple[str, str]]:
    return [
        (node["kind"], node["address"])
        for node in tree.walk(tree.tree(paper.markdown))
        if node["kind"] in ("chart", "image")
    ]


def _pdf(paper: MarkdownDocument, target: IO[bytes]) -> dict[str, Any]:
    made = pdf.render(paper)
    return _written(target, made.content, pages=made.pages, without_font=made.without_font)


def _docx(paper: MarkdownDocument, target: IO[bytes]) -> dict[str, Any]:
    return _written(target, word.render(paper))


def _html(paper: MarkdownDocument, target: IO[bytes]) -> dict[str, Any]:
    return _written(target, html.fragment(paper).encode())


def _written(target: IO[bytes], content: bytes, **told: Any) -> dict[str, Any]:
    target.write(content)
    target.flush()
    return {"pages": None, "without_font": (), **told}


def _blamed(error: Exception) -> RenderingFailed:
    if isinstance(error, RenderingFailed):
        return error
    if isinstance(error, MemoryError):
        return RenderingFailed("It needs more memory than allowed.")
    return RenderingFailed(f"The library failed ({type(error).__name__}).")


FILES: dict[str, Callable[[MarkdownDocument, IO[bytes]], dict[str, Any]]] = {
    "pdf": _pdf,
    "docx": _docx,
    "html": _html,
}
PICTURES: dict[str, Callable[[list[IO[bytes]], Any], Any]] = {
    "chart": lambda _, order: _told(vega_lite.draw(order["spec"])),
    "image": lambda files, order: _told(images.resize(files[0], order["pixels"])),
}


def _told(picture: RenderedImage) -> Any:
    return IMAGE_ADAPTER.dump_python(picture, mode="json")


if __name__ == "__main__":
    runtime.serve(things, _blamed)
