"""From sections to a report: its Markdown, its list of sources, what its reader is warned of."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from jobs.ai.extraction.figures import Figure, figures
from jobs.ai.extraction.sentences import Sentence
from reports.evidence import Citation, Evidence, Listed
from reports.markup import literal, shortened, table
from reports.writing.writer import Outline, Section

MOST_FIGURES = 24
CONTEXT = 160
"""Characters of the sentence that is shown with a figure."""


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
    blocks += _figures(draft.outline, evidence) + _sources(listing, citations)
    blocks.append(f"---\n\n*{literal(notice)}*")
    return Assembled(
        markdown="\n\n".join(blocks) + "\n",
        warning=" ".join(_warnings(listing, draft.in_order)),
        sources=[
            {
                "id": one.id,
                "name": one.name,
                "kind": one.kind,
                "pages": quoted_pages(citations, number),
            }
            for number, one in enumerate(listing, start=1)
        ],
    )


def quoted_pages(citations: Sequence[Citation], source: int) -> list[int]:
    """Give the pages of a source that the report quotes or cites, in order."""
    return sorted({one.page for one in citations if one.source == source and one.page})


def _figures(outline: Outline, evidence: Evidence) -> list[str]:
    corpus = evidence.corpus
    close = [one for part in outline.parts for one in corpus.relevant(part.brief, 8)]
    # What bears on a point comes first; the table itself is in reading order.
    found = figures([*close, *corpus.sentences], MOST_FIGURES)
    if not found:
        return []
    found.sort(key=lambda figure: figure.sentence.place)
    rows = [_figure_row(figure, evidence) for figure in found]
    header = ["Kind", "Figure", "As the source says it", "Source"]
    return [f"## Figures and dates\n\n{table(header, rows)}"]


def _figure_row(figure: Figure, evidence: Evidence) -> list[str]:
    place = f"S{evidence.number(figure.sentence.source)}"
    if figure.sentence.page is not None:
        place += f", p. {figure.sentence.page}"
    return [
        figure.kind,
        f"**{literal(figure.value)}**",
        literal(_around(figure.value, figure.sentence)),
        place,
    ]


def _around(value: str, sentence: Sentence) -> str:
    """Give the part of the sentence that the figure stands in."""
    text = sentence.text
    begin = max(0, text.find(value) - CONTEXT // 2)
    if begin:
        begin = text.find(" ", begin) + 1 or begin
    return ("…" if begin else "") + shortened(text[begin:], CONTEXT)


def _sources(listing: Sequence[Listed], citations: Sequence[Citation]) -> list[str]:
    if not listing:
        return []
    rows = [
        [
            f"S{number}",
            literal(one.name),
            literal(one.kind),
            str(one.pages or "–"),
            ", ".join(map(str, quoted_pages(citations, number))) or _use(number, citations),
        ]
        for number, one in enumerate(listing, start=1)
    ]
    return [f"## Sources\n\n{table(['', 'Document', 'Kind', 'Pages', 'Quoted on'], rows)}"]


def _use(number: int, citations: Sequence[Citation]) -> str:
    return "quoted" if any(one.source == number for one in citations) else "not quoted"


def _warnings(listing: Sequence[Listed], sections: Sequence[Section]) -> list[str]:
    said = [f"No text could be read in {one.name}." for one in listing if not one.readable]
    said += [f"Only the beginning of {one.name} was read." for one in listing if one.clipped]
    if cut := [one.heading for one in sections if one.truncated]:
        said.append(f"The model reached its longest answer (max_tokens) in: {'; '.join(cut)}.")
    return said
