"""Appendices of every report: tables, figures and dates, images, sources."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, zip_longest

from jobs.ai.extraction.figures import KINDS, Figure, figures
from jobs.ai.extraction.sentences import Sentence
from jobs.ai.extraction.tables import SourceTable
from reports.markup import literal, shorten, table
from reports.sources.citations import Citation, pages_cited
from reports.sources.evidence import ReportSources
from reports.sources.images import ShownImage
from reports.sources.source_list import ListedSource

TABLES = "Tables in the sources"
PICTURES = "Images among the sources"
MAX_IMAGES = 20
"""A page shows two or three."""
MAX_TABLES = 8
MAX_GROUPINGS = 2
MAX_FIGURES = 20
MAX_POINT_SENTENCES = 6
"""Sentences close to a point, which are searched for figures before all others."""
MAX_CONTEXT_CHARACTERS = 160
"""Of the sentence shown with a figure."""


def table_totals(evidence: ReportSources) -> list[str]:
    """Return the section with the totals of tables; empty if there are none."""
    found = countable_tables(evidence)
    if not found:
        return []
    lead = "The totals were calculated from all rows of the tables."
    return [f"## {TABLES}", lead, *chain(*(_table(one, evidence) for one in found))]


def countable_tables(evidence: ReportSources) -> list[SourceTable]:
    """Return the tables that are totalled."""
    return [one for one in evidence.tables if one.columns][:MAX_TABLES]


def figures_and_dates(points: Sequence[str], evidence: ReportSources) -> list[str]:
    """Return the table of figures and dates in the texts; empty if there are none."""
    found = figures(_order_sentences(points, evidence), MAX_FIGURES)
    if not found:
        return []
    found.sort(key=lambda figure: (KINDS.index(figure.kind), figure.sentence.place))
    rows = [_figure(one, evidence) for one in found]
    return [f"## Figures and dates\n\n{table(['Kind', 'Figure', 'In the source', 'Source'], rows)}"]


def image_section(pictures: Sequence[ShownImage], listing: Sequence[ListedSource]) -> list[str]:
    """Return the section with the images among the sources; empty if there are none."""
    if not pictures:
        return []
    numbers = {one.id: number for number, one in enumerate(listing, start=1)}
    blocks = [f"## {PICTURES}"]
    for one in pictures[:MAX_IMAGES]:
        name = literal(one.name)
        text = f": {literal(one.description)}" if one.description else ""
        blocks += [f"![{name}](document:{one.id})", f"*{name}* \\[S{numbers[one.id]}\\]{text}"]
    left = len(pictures) - MAX_IMAGES
    return [*blocks, *([f"{left} more are not shown here."] if left > 0 else [])]


def source_table(
    listing: Sequence[ListedSource], citations: Sequence[Citation], evidence: ReportSources
) -> list[str]:
    """Return the list of sources; empty if there are none."""
    if not listing:
        return []
    rows = [
        [
            f"S{number}",
            literal(one.name),
            literal(one.kind),
            str(one.pages or "–"),
            _use(one.id, number, citations, evidence),
        ]
        for number, one in enumerate(listing, start=1)
    ]
    return [f"## Sources\n\n{table(['Mark', 'Document', 'Kind', 'Pages', 'Used'], rows)}"]


def _table(one: SourceTable, evidence: ReportSources) -> Iterator[str]:
    yield f"### {literal(one.source.name)} \\[{evidence.mark(one.source, one.page)}\\]"
    rows = [
        [
            literal(column.name),
            str(len(column.numbers)),
            *map(_number, (min(column.numbers), max(column.numbers), sum(column.numbers))),
        ]
        for column in one.columns
    ]
    yield table(["Column", "Values", "Smallest", "Largest", "Total"], rows, numbers_from=1)
    for name in one.groups[:MAX_GROUPINGS]:
        header = [literal(name), *(literal(f"{column.name}, total") for column in one.columns)]
        sums = [[literal(value), *map(_number, s)] for value, s in one.totals(name).items()]
        yield table(header, sums, numbers_from=1)


def _order_sentences(points: Sequence[str], evidence: ReportSources) -> list[Sentence]:
    """Order the sentences: close to a point, then each source in turn, table rows last."""
    corpus = evidence.corpus
    near = [one for point in points for one in corpus.relevant(point, MAX_POINT_SENTENCES)]
    texts = [one for one in corpus.sentences if one.kind == "text"]
    rows = [one for one in corpus.sentences if one.kind == "row" and one.source.kind != "csv"]
    return [*near, *_in_turn(texts), *_in_turn(rows)]


def _in_turn(sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    of_source: dict[str, list[Sentence]] = {}
    for one in sentences:
        of_source.setdefault(one.source.id, []).append(one)
    for turn in zip_longest(*of_source.values()):
        yield from filter(None, turn)


def _figure(figure: Figure, evidence: ReportSources) -> list[str]:
    place = evidence.mark(figure.sentence.source, figure.sentence.page)
    text = literal(_around(figure.value, figure.sentence))
    return [figure.kind, f"**{literal(figure.value)}**", text, place]


def _around(value: str, sentence: Sentence) -> str:
    """Return the part of the sentence around the figure."""
    text = sentence.text
    begin = max(0, text.find(value) - MAX_CONTEXT_CHARACTERS // 2)
    if begin:
        begin = text.find(" ", begin) + 1 or begin
    return ("…" if begin else "") + shorten(text[begin:], MAX_CONTEXT_CHARACTERS)


def _use(id: str, number: int, citations: Sequence[Citation], evidence: ReportSources) -> str:
    if pages := pages_cited(citations, number):
        return f"quoted, p. {', '.join(map(str, pages))}"
    if any(one.source == number for one in citations):
        return "quoted"
    return (
        "counted"
        if any(one.source.id == id for one in countable_tables(evidence))
        else "not quoted"
    )


def _number(value: Decimal | int) -> str:
    return f"{value:,}"
