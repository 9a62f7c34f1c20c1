"""Analysis without a language model: facts extracted by rules, null for everything else."""

from collections.abc import Iterator, Sequence
from itertools import chain

from documents import languages
from documents.analysis.field_values import dates, parse_value
from documents.analysis.findings import (
    DocumentAnalysis,
    Fact,
    FieldValue,
    NumberedPage,
    QuestionAnswer,
)
from documents.analysis.labels import LabelRow, find_labelled, labels_of, split_rows
from documents.analysis.parties import find_parties
from documents.inputs import AnalyzeDocumentsInput, RequestedField
from jobs.ai.extraction.figures import figures
from jobs.ai.extraction.ranking import Corpus
from jobs.ai.extraction.sentences import MAX_QUOTE_CHARACTERS, Sentence, sentences
from jobs.ai.extraction.words import ENGLISH
from jobs.ai.sources import Source
from jobs.ai.values.texts import Conventions, infer_conventions

SUMMARY_SENTENCES = 3
MAX_FACTS = 30
"""Maximum number of dates, and of amounts."""
NOTES = [
    "Extracted without a language model: the summary consists of sentences of the document.",
    "Parties are found by legal forms and labels, fields by their labels; others are not found.",
]


def analyze(
    name: str, pages: Sequence[NumberedPage], input: AnalyzeDocumentsInput
) -> DocumentAnalysis:
    """Extract facts by rules. Deterministic; makes no network calls."""
    texts = tuple(text for _, text in pages)
    language = languages.detect("\n".join(texts))
    conventions = infer_conventions("\n".join(texts), language)
    source = Source(id="", name=name, kind="", text="", pages=texts)
    read = sentences([source], language or ENGLISH)
    corpus, lines = Corpus(sentences=read), split_rows(pages)
    central = sorted(corpus.central(SUMMARY_SENTENCES), key=lambda one: one.place)
    return DocumentAnalysis(
        language=language,
        summary=" ".join(one.quote for one in central),
        summary_verified=bool(central),
        parties=find_parties(pages, lines),
        dates=_dates(read, pages),
        amounts=_amounts(read),
        fields=[_field(requested, lines, corpus, conventions) for requested in input.fields],
        answers=[_answer(question, corpus) for question in input.questions],
        notes=NOTES,
    )


def _dates(read: Sequence[Sentence], pages: Sequence[NumberedPage]) -> list[Fact]:
    """Return the dates in sentences, then those in other lines."""
    first: dict[str, Fact] = {}
    for one in chain(_in_sentences(read), _in_lines(pages)):
        first.setdefault(one.value, one)
        if len(first) == MAX_FACTS:
            break
    return list(first.values())


def _in_sentences(read: Sequence[Sentence]) -> Iterator[Fact]:
    return (_fact(written, one) for one in read for written, _ in dates(one.text))


def _in_lines(pages: Sequence[NumberedPage]) -> Iterator[Fact]:
    for number, text in pages:
        for line in text.splitlines():
            quote = " ".join(line.split())
            for written, _ in dates(line):
                short = quote if len(quote) <= MAX_QUOTE_CHARACTERS else written
                yield Fact(value=written, page=number, quote=short)


def _amounts(read: Sequence[Sentence]) -> list[Fact]:
    stated = figures((one for one in read), limit=10 * MAX_FACTS)
    return [_fact(one.value, one.sentence) for one in stated if one.kind == "Amount"][:MAX_FACTS]


def _fact(value: str, sentence: Sentence) -> Fact:
    quote = sentence.quote if value in sentence.quote else value
    return Fact(value=value, about=sentence.heading[:100], page=sentence.page or 1, quote=quote)


def _field(
    requested: RequestedField,
    lines: Sequence[LabelRow],
    corpus: Corpus,
    conventions: Conventions,
) -> FieldValue:
    for one in find_labelled(labels_of(requested.name, requested.description), lines):
        value = parse_value(one.value, requested.type, conventions)
        if value is not None:
            return FieldValue(
                name=requested.name,
                type=requested.type,
                value=value,
                page=one.page,
                quote=one.quote,
                verified=True,
            )
    return _in_prose(requested, corpus, conventions)


def _in_prose(requested: RequestedField, corpus: Corpus, conventions: Conventions) -> FieldValue:
    """Look for a date or an amount in a sentence with every word of the field's name."""
    nothing = FieldValue(name=requested.name, type=requested.type)
    terms = corpus.terms(requested.name)
    if requested.type not in ("date", "amount") or not terms:
        return nothing
    for one in corpus.relevant(requested.name, limit=3):
        value = parse_value(one.text, requested.type, conventions) if terms <= one.terms else None
        if value is not None and (requested.type == "date" or not str(value).isdigit()):
            known = {"value": value, "page": one.page, "quote": one.quote, "verified": True}
            return nothing.model_copy(update=known)
    return nothing


def _answer(question: str, corpus: Corpus) -> QuestionAnswer:
    closest = corpus.relevant(question, limit=1)
    if not closest:
        return QuestionAnswer(question=question)
    [one] = closest
    return QuestionAnswer(
        question=question, answer=one.text, page=one.page, quote=one.quote, verified=True
    )
