"""An analysis without a language model: what can be extracted, and an honest null for the rest."""

from collections.abc import Sequence

from documents import languages
from documents.analysis.findings import Analysis, Answer, Fact, FieldValue, Page
from documents.analysis.labels import Row, labelled, names, rows
from documents.analysis.parties import parties
from documents.analysis.typed import dates, typed
from documents.inputs import AnalysisOrder, WantedField
from jobs.ai.extraction.figures import figures
from jobs.ai.extraction.ranking import Corpus
from jobs.ai.extraction.sentences import Sentence, sentences
from jobs.ai.extraction.words import ENGLISH
from jobs.ai.sources import Source

SUMMARY = 3
"""Sentences."""
MOST = 30
"""Dates, and amounts."""
NOTES = [
    "Extracted without a language model: the summary is made of the document's own sentences.",
    "Parties are found by legal forms and labels, fields by their labels; the rest is not found.",
]


def analyze(name: str, pages: Sequence[Page], order: AnalysisOrder) -> Analysis:
    """Extract what can be found by rules. Deterministic; sends nothing anywhere."""
    texts = tuple(text for _, text in pages)
    language = languages.detect("\n".join(texts))
    source = Source(id="", name=name, kind="", text="", pages=texts)
    read = sentences([source], language or ENGLISH)
    corpus, lines = Corpus(sentences=read), rows(pages)
    central = sorted(corpus.central(SUMMARY), key=lambda one: one.place)
    return Analysis(
        language=language,
        summary=" ".join(one.quote for one in central),
        summary_verified=bool(central),
        parties=parties(pages, lines),
        dates=_dates(read, pages),
        amounts=_amounts(read),
        fields=[_field(wanted, lines, corpus) for wanted in order.fields],
        answers=[_answer(question, corpus) for question in order.questions],
        notes=NOTES,
    )


def _dates(read: Sequence[Sentence], pages: Sequence[Page]) -> list[Fact]:
    """Give the dates that sentences state, and those of lines that are no sentence's."""
    facts = [_fact(written, one) for one in read for written, _ in dates(one.text)]
    facts += [
        Fact(value=written, page=number, quote=" ".join(line.split()))
        for number, text in pages
        for line in text.splitlines()
        for written, _ in dates(line)
    ]
    first: dict[str, Fact] = {}
    for one in facts:
        first.setdefault(one.value, one)
    return list(first.values())[:MOST]


def _amounts(read: Sequence[Sentence]) -> list[Fact]:
    stated = figures((one for one in read), limit=10 * MOST)
    return [_fact(one.value, one.sentence) for one in stated if one.kind == "Amount"][:MOST]


def _fact(value: str, sentence: Sentence) -> Fact:
    quote = sentence.quote if value in sentence.quote else value
    return Fact(value=value, about=sentence.heading[:100], page=sentence.page or 1, quote=quote)


def _field(wanted: WantedField, lines: Sequence[Row], corpus: Corpus) -> FieldValue:
    for one in labelled(names(wanted.name, wanted.description), lines):
        value = typed(one.value, wanted.type)
        if value is not None:
            return FieldValue(
                name=wanted.name,
                type=wanted.type,
                value=value,
                page=one.page,
                quote=one.quote,
                verified=True,
            )
    return _in_prose(wanted, corpus)


def _in_prose(wanted: WantedField, corpus: Corpus) -> FieldValue:
    """Look for a date or an amount in a sentence that has every word of the field's name."""
    nothing = FieldValue(name=wanted.name, type=wanted.type)
    asked = corpus.terms(wanted.name)
    if wanted.type not in ("date", "amount") or not asked:
        return nothing
    for one in corpus.relevant(wanted.name, limit=3):
        value = typed(one.text, wanted.type) if asked <= one.terms else None
        if value is not None and (wanted.type == "date" or not str(value).isdigit()):
            known = {"value": value, "page": one.page, "quote": one.quote, "verified": True}
            return nothing.model_copy(update=known)
    return nothing


def _answer(question: str, corpus: Corpus) -> Answer:
    closest = corpus.relevant(question, limit=1)
    if not closest:
        return Answer(question=question)
    [one] = closest
    return Answer(question=question, answer=one.text, page=one.page, quote=one.quote, verified=True)
