"""Quotations of sources in a report: verbatim, each with its place."""

from collections.abc import Iterable, Sequence

from jobs.ai.extraction.sentences import Sentence
from reports.markup import literal
from reports.sources.citations import Citation
from reports.sources.evidence import ReportSources

MIN_RELATIVE_SCORE = 0.3
"""Share of the best passage's score that another passage must reach to be quoted with it."""


def citation(sentence: Sentence, evidence: ReportSources) -> Citation:
    """Return the place of a sentence."""
    return Citation(source=evidence.number(sentence.source), page=sentence.page)


def mark(sentence: Sentence, evidence: ReportSources) -> str:
    """Return the citation mark as Markdown: `[S1, p. 3]`."""
    return f"\\[{evidence.mark(sentence.source, sentence.page)}\\]"


def quotations(found: Iterable[Sentence], evidence: ReportSources) -> list[str]:
    """Quote passages; those below one heading form one quotation, in reading order."""
    together: dict[tuple[str, int | None, str], list[Sentence]] = {}
    for one in found:
        together.setdefault((one.source.id, one.page, one.heading), []).append(one)
    return [_quotation(passages, evidence) for passages in together.values()]


def _quotation(passages: Sequence[Sentence], evidence: ReportSources) -> str:
    in_order = sorted(passages, key=lambda one: one.place)
    lines = [literal(one.quote) for one in in_order]
    return "\n>\n".join(f"> {text}" for text in [*lines, f"— {_place(in_order[0], evidence)}"])


def _place(sentence: Sentence, evidence: ReportSources) -> str:
    heading = f", “{literal(sentence.heading)}”" if sentence.heading else ""
    return f"*{literal(sentence.source.name)}*{heading} {mark(sentence, evidence)}"
