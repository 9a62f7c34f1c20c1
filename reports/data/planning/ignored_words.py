"""Finds the words of a question that a keyword plan ignores, to tell the reader."""

from collections.abc import Iterator

from jobs.ai.extraction.words import is_content, stem
from reports.data.computation.views import View
from reports.data.planning import keywords as known
from reports.data.planning.keywords import WORD, Keywords, name_stems
from reports.data.planning.value_mentions import GROUPING_WORDS, negation_places

IGNORED = "The answer ignores these words of the question: {words}."
MAX_NAMED_WORDS = 10
FILLER_WORDS = frozenset(
    {"show", "give", "tell", "list", "display", "find", "get", "compare", "calculate", "compute"}
    | {"please", "want", "need", "see", "know", "many", "much", "number", "numbers", "count"}
    | {"row", "rows", "record", "records", "entry", "entries", "table", "data", "column", "columns"}
    | {"value", "values", "figure", "figures", "different", "split", "grouped", "breakdown"}
    | {"chart", "graph", "plot", "diagram", "compared", "sorted", "development"}
    | {"everything", "everywhere"}
)
"""Words that people use around a question."""
UNDERSTOOD = FILLER_WORDS.union(
    *(
        known.LARGEST_WORDS,
        known.SMALLEST_WORDS,
        known.SHARE_WORDS,
        known.BUCKET_WORDS,
        known.KIND_WORDS,
        GROUPING_WORDS,
    )
)
PHRASES = (
    known.COUNT_PHRASES,
    known.TREND_PHRASES,
    known.COMPARISON_PHRASES,
    known.TOP_PHRASE,
    known.ORDINAL,
    known.CHANGE_WORDS,
)


def ignored_words_note(keywords: Keywords, view: View) -> list[str]:
    """Return a note that lists the ignored words; empty if there are none."""
    words = list(dict.fromkeys(_find_ignored(keywords, view)))
    more = ["..."] if len(words) > MAX_NAMED_WORDS else []
    shown = ", ".join([*words[:MAX_NAMED_WORDS], *more])
    return [IGNORED.format(words=shown)] if words else []


def _find_ignored(keywords: Keywords, view: View) -> Iterator[str]:
    names = {one for column in _columns(view) for one in name_stems(column)}
    used = {word for value in _values(view) for word in WORD.findall(value.casefold())}
    for pattern in PHRASES:
        for found in pattern.finditer(keywords.text):
            used.update(WORD.findall(found.group()))
    if any(measure.function != "count" for measure in view.measures):
        used.update(known.FUNCTION_WORDS)
    used_places = {
        place
        for one in keywords.value_filters
        if one.condition in view.filters
        for place in one.places
    }
    understood, negating = UNDERSTOOD | used, negation_places(keywords.words)
    for place, word in enumerate(keywords.words):
        usual = word in understood or stem(word) in names or not is_content(word)
        if place not in used_places and (place in negating or not usual):
            yield word


def _columns(view: View) -> Iterator[str]:
    yield from view.columns
    yield from (group.column for group in view.groups)
    yield from (condition.column for condition in view.filters)
    for measure in view.measures:
        yield measure.column
        yield measure.per.column if measure.per else ""


def _values(view: View) -> Iterator[str]:
    for condition in view.filters:
        yield from map(str, condition.values)
