"""From sections to a report: its Markdown, its list of sources, what its reader is warned of."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from reports import annexes
from reports.evidence import Evidence, Listed
from reports.markup import literal
from reports.writing.writer import Outline, Section


class Assembled(BaseModel):
    """A report that is ready to be kept."""

    markdown: str
    warning: str
    sources: list[dict[str, Any]]
    """`[{id, name, kind, pages: [...]}]`, as `Report.sources`."""


class Draft(BaseModel):
    """What a writer has written."""

    outline: Outline
    sections: list[Section]
    summary: Section

    @property
    def in_order(self) -> list[Section]:
        """The summary first, as it is read."""
        return [self.summary, *self.sections]


def assemble(draft: Draft, listing: Sequence[Listed], evidence: Evidence, notice: str) -> Assembled:
    """Put the pieces of a report together."""
    citations = [one for section in draft.in_order for one in section.citations]
    blocks = [f"## {literal(one.heading)}\n\n{one.markdown}" for one in draft.in_order]
    blocks += annexes.counted(evidence)
    blocks += annexes.stated([part.brief for part in draft.outline.parts], evidence)
    blocks += annexes.listed(listing, citations, evidence)
    blocks.append(f"---\n\n*{literal(notice)}*")
    return Assembled(
        markdown="\n\n".join(blocks) + "\n",
        warning=" ".join(_warnings(listing, draft.in_order)),
        sources=[
            {
                "id": one.id,
                "name": one.name,
                "kind": one.kind,
                "pages": annexes.quoted_pages(citations, number),
            }
            for number, one in enumerate(listing, start=1)
        ],
    )


def _warnings(listing: Sequence[Listed], sections: Sequence[Section]) -> list[str]:
    said = [f"No text could be read in {one.name}." for one in listing if not one.readable]
    said += [f"Only the beginning of {one.name} was read." for one in listing if one.clipped]
    if cut := [one.heading for one in sections if one.truncated]:
        said.append(f"The model reached its longest answer (max_tokens) in: {'; '.join(cut)}.")
    return said
