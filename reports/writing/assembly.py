"""From sections to a report: its Markdown, its list of sources, what its reader is warned of."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from reports.markup import literal
from reports.sources.evidence import ReportSources
from reports.sources.images import ShownImage
from reports.sources.source_list import ListedSource, cited_sources, unread_warnings
from reports.writing import appendices
from reports.writing.writer import Outline, Section


class AssembledReport(BaseModel):
    """A report that is ready to be kept."""

    markdown: str
    warning: str
    sources: list[dict[str, Any]]
    """`[{id, name, kind, pages: [...]}]`, as `Report.sources`."""


class ReportDraft(BaseModel):
    """What a writer has written."""

    outline: Outline
    sections: list[Section]
    """In the order in which they are read, a summary among them."""
    notice: str
    """How it came about."""
    pictures: list[ShownImage] = []
    """Those among its sources, which it shows."""
    problems: list[str] = []
    """What else its reader is to be warned of."""
    states_figures: bool = True
    """Whether the figures and dates of the sources are listed behind it."""


def assemble(
    draft: ReportDraft, listing: Sequence[ListedSource], evidence: ReportSources
) -> AssembledReport:
    """Put the pieces of a report together."""
    citations = [one for section in draft.sections for one in section.citations]
    blocks = [f"## {literal(one.heading)}\n\n{one.markdown}" for one in draft.sections]
    blocks += appendices.table_totals(evidence)
    if draft.states_figures:
        blocks += appendices.figures_and_dates(
            [part.brief for part in draft.outline.parts], evidence
        )
    blocks += appendices.image_section(draft.pictures, listing)
    blocks += appendices.source_table(listing, citations, evidence)
    blocks.append(f"---\n\n*{literal(draft.notice)}*")
    return AssembledReport(
        markdown="\n\n".join(blocks) + "\n",
        warning=" ".join(
            [*unread_warnings(listing), *_truncation_warnings(draft.sections), *draft.problems]
        ),
        sources=cited_sources(listing, citations),
    )


def _truncation_warnings(sections: Sequence[Section]) -> list[str]:
    cut = "; ".join(one.heading for one in sections if one.truncated)
    return [f"The model reached its longest answer (max_tokens) in: {cut}."] if cut else []
