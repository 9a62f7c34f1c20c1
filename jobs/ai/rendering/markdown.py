"""Markdown: how it is read, and how a whole paper is exported in it."""

from functools import lru_cache

from markdown_it import MarkdownIt

from jobs.ai.rendering.markup import literal
from jobs.ai.rendering.paper import Paper


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """Give the reader of Markdown: CommonMark with tables, where HTML is text like any other.

    Link definitions are text as well: one in a section would make links of the citations `[S1]`.
    """
    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return made.disable("reference")


def render(paper: Paper) -> str:
    """Give a paper in Markdown, with its title and what it is about."""
    about = [f"**{name}:** {literal(value)}" for name, value in paper.facts.items()]
    warning = [f"> {literal(paper.warning)}"] if paper.warning else []
    return "\n\n".join(
        filter(None, [f"# {literal(paper.title)}", "  \n".join(about), *warning, paper.markdown])
    )
