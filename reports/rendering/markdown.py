"""Markdown: how it is read, and how a whole report is exported in it."""

from functools import lru_cache

from markdown_it import MarkdownIt

from jobs.ai.catalogue import BUILTIN
from reports.markup import literal
from reports.models import Report

EXTRACTOR = "Built-in extractor, without a language model"


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """Give the reader of Markdown: CommonMark with tables, where HTML is text like any other.

    Link definitions are text as well: one in a section would make links of the citations `[S1]`.
    """
    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return made.disable("reference")


def render(report: Report) -> str:
    """Give a report in Markdown, with its title and what it is about."""
    about = [f"**{name}:** {literal(value)}" for name, value in facts(report).items()]
    warning = [f"> {literal(report.warning)}"] if report.warning else []
    return "\n\n".join(
        [f"# {literal(report.title)}", "  \n".join(about), *warning, report.markdown]
    )


def facts(report: Report) -> dict[str, str]:
    """Give what stands below the title, under the names that a reader sees."""
    made = report.created_at
    return {
        **report.details,
        "Date": f"{made.day} {made:%B %Y}",
        "Written by": EXTRACTOR if report.model == BUILTIN else report.model,
    }
