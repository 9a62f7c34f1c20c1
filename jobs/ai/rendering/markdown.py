"""Markdown: how it is read, and how a whole paper is exported in it."""

import re
from functools import lru_cache

from markdown_it import MarkdownIt

from jobs.ai.rendering.document import MarkdownDocument
from jobs.ai.rendering.markup import clean, literal

IMAGE = re.compile(r"!\[((?:[^\[\]\\]|\\.)*)\]\((document:[0-9a-fA-F-]{32,36})\)")


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """Give the reader of Markdown: CommonMark with tables, where HTML is text like any other.

    Link definitions are text as well: one in a section would make links of the citations `[S1]`.
    """
    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return made.disable("reference")


def render(paper: MarkdownDocument) -> str:
    """Give a paper in Markdown, with its title and what it is about.

    One file: its images stand at the end, as definitions of the links in the text. A chart stays
    its specification, which says more than a picture of it.
    """
    about = [f"**{name}:** {literal(value)}" for name, value in paper.facts.items()]
    warning = [f"> {literal(paper.warning)}"] if paper.warning else []
    body, images = _link_images(paper)
    head = [f"# {literal(paper.title)}", "  \n".join(about), *warning]
    return clean("\n\n".join(filter(None, [*head, body.strip(), images]))).rstrip() + "\n"


def _link_images(paper: MarkdownDocument) -> tuple[str, str]:
    """Give the text with links in the place of addresses, and the definitions of the links."""
    shown = [address for address in paper.pictures if address.startswith("document:")]
    names = {address: f"picture-{number}" for number, address in enumerate(shown, start=1)}

    def link(match: re.Match[str]) -> str:
        alt, address = match.groups()
        return f"![{alt}][{names[address]}]" if address in names else match.group()

    definitions = [f"[{name}]: {paper.pictures[one].data_url}" for one, name in names.items()]
    return IMAGE.sub(link, paper.markdown), "\n".join(definitions)
