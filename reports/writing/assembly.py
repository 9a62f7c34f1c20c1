"""Assembles a report from its sections: Markdown, list of sources, warnings."""

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
    """A report that is ready to be stored."""

    markdown: str
    warning: str
    sources: list[dict[str, Any]]
    """`[{id, name, kind, pages: [...]}]`, as `Report.sources`."""


class ReportDraft(BaseModel):
    """What a writer has written."""

    outline: Outline
    sections: list[Section]
    """In reading order, including a summary."""
    notice: str
    """How it was written."""
    pictures: list[ShownImage] = []
    """Images among the sources, which the report shows."""
    problems: list[str] = []
    """Further warnings for the reader."""
    states_figures: bool = True
    """Whether figures and dates of the sources are appended."""


def assemble(
    draft: ReportDraft, listing: Sequence[ListedSource], evidence: ReportSources
) -> AssembledReport:
    """Assemble the parts of a report."""
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
    return [f"The model reached its output limit (max_tokens) in: {cut}."] if cut else []
