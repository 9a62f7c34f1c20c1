"""The Markdown parser, and the export of a document as Markdown."""

import re
from functools import lru_cache

from markdown_it import MarkdownIt

from jobs.ai.rendering.document import MarkdownDocument
from jobs.ai.rendering.markup import clean, literal

IMAGE = re.compile(r"!\[((?:[^\[\]\\]|\\.)*)\]\((document:[0-9a-fA-F-]{32,36})\)")


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """Return a parser of CommonMark with tables and strikethrough. HTML is parsed as text.

    Link definitions are text as well: a definition in the text would turn the citations `[S1]`
    into links.
    """
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return markdown.disable("reference")


def render(document: MarkdownDocument) -> str:
    """Export a document as one Markdown file, with its title, facts and warning.

    The images are at the end, as `data:` URLs in the definitions of the links in the text. A chart
    stays its specification, which holds more information than an image of it.
    """
    facts = [f"**{name}:** {literal(value)}" for name, value in document.facts.items()]
    warning = [f"> {literal(document.warning)}"] if document.warning else []
    body, images = _link_images(document)
    head = [f"# {literal(document.title)}", "  \n".join(facts), *warning]
    return clean("\n\n".join(filter(None, [*head, body.strip(), images]))).rstrip() + "\n"


def _link_images(document: MarkdownDocument) -> tuple[str, str]:
    """Return the text with links instead of addresses, and the definitions of the links."""
    addresses = [address for address in document.images if address.startswith("document:")]
    names = {address: f"picture-{number}" for number, address in enumerate(addresses, start=1)}

    def link(match: re.Match[str]) -> str:
        alt, address = match.groups()
        return f"![{alt}][{names[address]}]" if address in names else match.group()

    definitions = [
        f"[{name}]: {document.images[address].data_url}" for address, name in names.items()
    ]
    return IMAGE.sub(link, document.markdown), "\n".join(definitions)
