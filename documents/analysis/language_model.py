"""Analysis by a language model: one call per chunk; facts are checked against the pages."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from documents import languages
from documents.analysis.field_values import parse_value, states
from documents.analysis.findings import (
    DocumentAnalysis,
    Fact,
    FieldValue,
    NumberedPage,
    QuestionAnswer,
)
from documents.analysis.quotes import QuoteIndex
from documents.inputs import AnalyzeDocumentsInput, RequestedField
from documents.prompts import instructions
from jobs.ai.llm.models import ModelSettings, Prompt
from jobs.ai.llm.prompts import element
from jobs.ai.text.quotations import normalize
from jobs.ai.values.texts import Conventions, infer_conventions

MAX_CHUNK_CHARACTERS = 40_000
"""Of document text in one call."""
MIN_CHUNK_CHARACTERS = 2_000
RESERVED_TOKENS = 6_000
"""For instructions, questions and the reply."""
MAX_QUOTE_CHARACTERS = 500
MAX_FACTS = 100
OF_MODEL = Conventions(mark=".")
"""How the instructions tell the model to write numbers."""

S = TypeVar("S", bound=BaseModel)
Short = Annotated[str, Field(max_length=2000)]


class ModelFact(BaseModel):
    """A fact with the passage that states it."""

    model_config = ConfigDict(extra="ignore")

    value: Short
    about: Short = ""
    page: int
    quote: Short


class ModelAnswer(BaseModel):
    """The value of a field or the answer to a question, identified by its number."""

    model_config = ConfigDict(extra="ignore")

    number: int
    value: Short | None = None
    page: int | None = None
    quote: Short | None = None


class ModelChunk(BaseModel):
    """What a part of the document says."""

    model_config = ConfigDict(extra="ignore")

    summary: str = Field(max_length=4000)
    parties: list[ModelFact] = Field(default_factory=list, max_length=MAX_FACTS)
    dates: list[ModelFact] = Field(default_factory=list, max_length=MAX_FACTS)
    amounts: list[ModelFact] = Field(default_factory=list, max_length=MAX_FACTS)
    fields: list[ModelAnswer] = Field(default_factory=list, max_length=MAX_FACTS)
    answers: list[ModelAnswer] = Field(default_factory=list, max_length=MAX_FACTS)


class ModelSummary(BaseModel):
    """Summary of the whole document."""

    summary: str = Field(max_length=4000)


class AskModel(Protocol):
    """Calls the model once per job, as a durable step of this name."""

    def __call__(self, shape: type[S], name: str, prompt: Prompt) -> S:
        """Return the reply, validated as `shape`. Raises an `AttemptError`."""


def analyze(
    settings: ModelSettings,
    pages: Sequence[NumberedPage],
    input: AnalyzeDocumentsInput,
    ask: AskModel,
) -> DocumentAnalysis:
    """Ask the model about each chunk, and merge the replies that the pages support."""
    chunks = list(split_into_chunks(pages, chunk_budget(settings)))
    read = [
        ask(ModelChunk, f"chunk {number} of {len(chunks)}", _prompt(chunk, input))
        for number, chunk in enumerate(chunks, start=1)
    ]
    summary = read[0].summary if len(read) == 1 else _summarize(read, ask)
    return merge_chunks(read, pages, input, summary)


def chunk_budget(settings: ModelSettings) -> int:
    """Return the number of characters of a document per call."""
    return max(
        MIN_CHUNK_CHARACTERS,
        min(MAX_CHUNK_CHARACTERS, settings.max_prompt_characters(RESERVED_TOKENS)),
    )


def split_into_chunks(pages: Sequence[NumberedPage], most: int) -> Iterator[list[NumberedPage]]:
    """Group whole pages into chunks; split a page that is too long at a line break."""
    chunk: list[NumberedPage] = []
    for number, text in pages:
        for piece in _pieces(text, most) if text.strip() else ():
            if chunk and sum(len(held) for _, held in chunk) + len(piece) > most:
                yield chunk
                chunk = []
            chunk.append((number, piece))
    if chunk:
        yield chunk


def merge_chunks(
    read: Sequence[ModelChunk],
    pages: Sequence[NumberedPage],
    input: AnalyzeDocumentsInput,
    summary: str,
) -> DocumentAnalysis:
    """Merge the replies. Facts whose quotation is on no page are dropped and counted.

    Field values and answers stay, marked as not verified.
    """
    quotable = QuoteIndex(pages=pages)
    facts = {
        kind: [_fact(one, quotable) for chunk in read for one in getattr(chunk, kind)]
        for kind in ("parties", "dates", "amounts")
    }
    dropped = sum(one is None for found in facts.values() for one in found)
    whole = "\n".join(text for _, text in pages)
    language = languages.detect(whole)
    conventions = infer_conventions(whole, language)
    return DocumentAnalysis(
        language=language,
        summary=summary.strip(),
        **{kind: _distinct(found) for kind, found in facts.items()},
        fields=[
            _field(requested, _of(number, [c.fields for c in read]), quotable, conventions)
            for number, requested in enumerate(input.fields, start=1)
        ],
        answers=[
            _answer(question, _of(number, [c.answers for c in read]), quotable)
            for number, question in enumerate(input.questions, start=1)
        ],
        notes=[f"{dropped} facts were omitted: their quotations are on no page."]
        if dropped
        else [],
    )


def _prompt(chunk: Sequence[NumberedPage], input: AnalyzeDocumentsInput) -> Prompt:
    requested = [
        element("field", one.description, number=number, name=one.name, type=one.type)
        for number, one in enumerate(input.fields, start=1)
    ]
    questions = [
        element("question", one, number=n) for n, one in enumerate(input.questions, start=1)
    ]
    given = [element("page", text, number=number) for number, text in chunk]
    return Prompt.of(instructions("analyze.v1"), "\n\n".join([*requested, *questions, *given]))


def _summarize(read: Sequence[ModelChunk], ask: AskModel) -> str:
    parts = "\n\n".join(element("part", one.summary[:1500]) for one in read)
    return ask(
        ModelSummary, "summary", Prompt.of(instructions("analyze_summary.v1"), parts)
    ).summary


def _fact(found: ModelFact, quotable: QuoteIndex) -> Fact | None:
    page = quotable.find(found.quote, found.page)
    if page is None or normalize(found.value) not in normalize(found.quote):
        return None
    quote = found.quote[:MAX_QUOTE_CHARACTERS]
    return Fact(value=found.value, about=found.about[:200], page=page, quote=quote)


def _distinct(found: Sequence[Fact | None]) -> list[Fact]:
    first: dict[str, Fact] = {}
    for one in found:
        if one is not None:
            first.setdefault(normalize(one.value), one)
    return list(first.values())


def _of(number: int, chunks: Sequence[Sequence[ModelAnswer]]) -> list[ModelAnswer]:
    return [one for given in chunks for one in given if one.number == number and one.value]


def _field(
    requested: RequestedField,
    given: Sequence[ModelAnswer],
    quotable: QuoteIndex,
    conventions: Conventions,
) -> FieldValue:
    """Return the first value that a page supports, or else the first, marked as not verified."""
    read = [
        FieldValue(
            name=requested.name,
            type=requested.type,
            value=value,
            page=page,
            quote=(one.quote or "")[:MAX_QUOTE_CHARACTERS] or None,
            verified=page is not None
            and states(one.quote or "", value, requested.type, conventions),
        )
        for one in given
        if (value := parse_value(one.value or "", requested.type, OF_MODEL)) is not None
        for page in [quotable.find(one.quote, one.page)]
    ]
    verified = next((one for one in read if one.verified), None)
    return verified or next(iter(read), FieldValue(name=requested.name, type=requested.type))


def _answer(question: str, given: Sequence[ModelAnswer], quotable: QuoteIndex) -> QuestionAnswer:
    read = [
        QuestionAnswer(
            question=question,
            answer=one.value,
            page=page,
            quote=(one.quote or "")[:MAX_QUOTE_CHARACTERS] or None,
            verified=page is not None,
        )
        for one in given
        for page in [quotable.find(one.quote, one.page)]
    ]
    verified = next((one for one in read if one.verified), None)
    return verified or next(iter(read), QuestionAnswer(question=question))


def _pieces(text: str, most: int) -> Iterator[str]:
    while len(text) > most:
        at = text.rfind("\n", most // 2, most)
        cut = at if at > 0 else most
        yield text[:cut]
        text = text[cut:]
    yield text
