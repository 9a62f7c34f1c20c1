"""Excerpts of sources that fit into a prompt."""

from collections.abc import Iterable, Sequence

from jobs.ai.llm.models import ModelSettings
from jobs.ai.llm.prompts import element, group
from jobs.ai.sources import Source
from reports.sources.evidence import ReportSources

Excerpt = tuple[Source, int | None, str]
"""Source, page number and text."""
ANSWER_TOKENS = 4_000
INSTRUCTION_TOKENS = 2_000
MAX_SOURCE_CHARACTERS = 120_000
"""In one prompt; more costs more than it contributes."""
MIN_SOURCE_CHARACTERS = 3_000


def source_budget(settings: ModelSettings, max_tokens: int | None = None) -> int:
    """Return the characters of source text that fit into one prompt."""
    room = settings.max_prompt_characters((max_tokens or ANSWER_TOKENS) + INSTRUCTION_TOKENS)
    return max(MIN_SOURCE_CHARACTERS, min(MAX_SOURCE_CHARACTERS, room))


def sources(excerpts: Iterable[Excerpt], evidence: ReportSources) -> str:
    """Return excerpts for a prompt, each with its citation mark."""
    elements = [
        element("source", text, mark=evidence.mark(source, page), name=source.name)
        for source, page, text in excerpts
    ]
    return group("sources", elements, empty="(none were given)")


def openings(evidence: ReportSources, budget: int) -> list[Excerpt]:
    """Return the beginning of every source, `budget` characters in total."""
    share = budget // max(1, len(evidence.sources))
    return [
        excerpt
        for source in evidence.sources
        for excerpt in _clip([(source, *page) for page in source.numbered_pages], share)
    ]


def passages(evidence: ReportSources, question: str, budget: int) -> list[Excerpt]:
    """Return the pages relevant to a question, `budget` characters in total, in reading order."""
    pages: list[Excerpt] = [
        (source, *page) for source in evidence.sources for page in source.numbered_pages
    ]
    if sum(len(text) for _, _, text in pages) <= budget:
        return pages
    found = evidence.corpus.relevant(question, limit=200)
    best = list(dict.fromkeys((one.source.id, one.page) for one in found))
    if not best:
        return openings(evidence, budget)
    order = {place: rank for rank, place in enumerate(best)}
    relevant_pages = [page for page in pages if (page[0].id, page[1]) in order]
    relevant_pages.sort(key=lambda page: order[(page[0].id, page[1])])
    chosen = _clip(relevant_pages, budget)
    return sorted(chosen, key=lambda page: (evidence.number(page[0]), page[1] or 0))


def _clip(pages: Sequence[Excerpt], budget: int) -> list[Excerpt]:
    chosen: list[Excerpt] = []
    for source, page, text in pages:
        if budget <= 0:
            break
        chosen.append((source, page, text[:budget]))
        budget -= len(text)
    return chosen
