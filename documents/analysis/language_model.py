"""An analysis by a language model: one call a chunk, its facts checked against the pages."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from documents import languages
from documents.analysis.findings import Analysis, Answer, Fact, FieldValue, Page
from documents.analysis.quotes import Quotable
from documents.analysis.typed import states, typed
from documents.inputs import AnalysisOrder
from documents.prompts import instructions
from jobs.ai.llm.models import ModelSettings, Prompt
from jobs.ai.llm.prompts import element
from jobs.ai.text.quotations import normalize

MOST_CHUNK = 40_000
"""Characters of a document in one call."""
LEAST_CHUNK = 2_000
OTHER_TOKENS = 6_000
"""For instructions, questions and the answer."""
LONGEST_QUOTE = 500
MOST_FACTS = 100

S = TypeVar("S", bound=BaseModel)
Short = Annotated[str, Field(max_length=2000)]


class Found(BaseModel):
    """A fact, as the model gives it."""

    model_config = ConfigDict(extra="ignore")

    value: Short
    about: Short = ""
    page: int
    quote: Short


class Given(BaseModel):
    """What the model says to a field or a question, by its number."""

    model_config = ConfigDict(extra="ignore")

    number: int
    value: Short | None = None
    page: int | None = None
    quote: Short | None = None


class Chunk(BaseModel):
    """What the model says of a part of a document."""

    model_config = ConfigDict(extra="ignore")

    summary: str = Field(max_length=4000)
    parties: list[Found] = Field(default_factory=list, max_length=MOST_FACTS)
    dates: list[Found] = Field(default_factory=list, max_length=MOST_FACTS)
    amounts: list[Found] = Field(default_factory=list, max_length=MOST_FACTS)
    fields: list[Given] = Field(default_factory=list, max_length=MOST_FACTS)
    answers: list[Given] = Field(default_factory=list, max_length=MOST_FACTS)


class Summary(BaseModel):
    """What the model says of the whole, where there are several parts."""

    summary: str = Field(max_length=4000)


class Ask(Protocol):
    """Asks the model for an answer of a shape, once in the job's life: a step of this name."""

    def __call__(self, shape: type[S], name: str, prompt: Prompt) -> S:
        """Give the answer. Raises an `AttemptError`."""


def analyze(
    settings: ModelSettings, pages: Sequence[Page], order: AnalysisOrder, ask: Ask
) -> Analysis:
    """Ask about each chunk of a document, and put together what its pages bear out."""
    chunks = list(chunked(pages, budget(settings)))
    read = [
        ask(Chunk, f"chunk {number} of {len(chunks)}", _prompt(chunk, order))
        for number, chunk in enumerate(chunks, start=1)
    ]
    summary = read[0].summary if len(read) == 1 else _summed_up(read, ask)
    return merged(read, pages, order, summary)


def budget(settings: ModelSettings) -> int:
    """Give the characters of a document that go into one call."""
    return max(LEAST_CHUNK, min(MOST_CHUNK, settings.room(OTHER_TOKENS)))


def chunked(pages: Sequence[Page], most: int) -> Iterator[list[Page]]:
    """Give whole pages together, as many as fit; a page that is too long is cut at a line."""
    chunk: list[Page] = []
    for number, text in pages:
        for piece in _pieces(text, most) if text.strip() else ():
            if chunk and sum(len(held) for _, held in chunk) + len(piece) > most:
                yield chunk
                chunk = []
            chunk.append((number, piece))
    if chunk:
        yield chunk


def merged(
    read: Sequence[Chunk], pages: Sequence[Page], order: AnalysisOrder, summary: str
) -> Analysis:
    """Put the chunks together. A fact whose quotation no page has is dropped, and counted.

    The value of a field, and an answer, stay; they are marked as not verified.
    """
    quotable = Quotable(pages=pages)
    facts = {
        kind: [_fact(one, quotable) for chunk in read for one in getattr(chunk, kind)]
        for kind in ("parties", "dates", "amounts")
    }
    dropped = sum(one is None for found in facts.values() for one in found)
    return Analysis(
        language=languages.detect("\n".join(text for _, text in pages)),
        summary=summary.strip(),
        **{kind: _distinct(found) for kind, found in facts.items()},
        fields=[
            _field(wanted.name, wanted.type, _of(number, [c.fields for c in read]), quotable)
            for number, wanted in enumerate(order.fields, start=1)
        ],
        answers=[
            _answer(question, _of(number, [c.answers for c in read]), quotable)
            for number, question in enumerate(order.questions, start=1)
        ],
        notes=[f"{dropped} facts were left out: no page has their quotation."] if dropped else [],
    )


def _prompt(chunk: Sequence[Page], order: AnalysisOrder) -> Prompt:
    wanted = [
        element("field", one.description, number=number, name=one.name, type=one.type)
        for number, one in enumerate(order.fields, start=1)
    ]
    asked = [element("question", one, number=n) for n, one in enumerate(order.questions, start=1)]
    given = [element("page", text, number=number) for number, text in chunk]
    return Prompt.of(instructions("analyze.v1"), "\n\n".join([*wanted, *asked, *given]))


def _summed_up(read: Sequence[Chunk], ask: Ask) -> str:
    parts = "\n\n".join(element("part", one.summary[:1500]) for one in read)
    return ask(Summary, "summary", Prompt.of(instructions("analyze_summary.v1"), parts)).summary


def _fact(found: Found, quotable: Quotable) -> Fact | None:
    page = quotable.find(found.quote, found.page)
    if page is None or normalize(found.value) not in normalize(found.quote):
        return None
    quote = found.quote[:LONGEST_QUOTE]
    return Fact(value=found.value, about=found.about[:200], page=page, quote=quote)


def _distinct(found: Sequence[Fact | None]) -> list[Fact]:
    first: dict[str, Fact] = {}
    for one in found:
        if one is not None:
            first.setdefault(normalize(one.value), one)
    return list(first.values())


def _of(number: int, chunks: Sequence[Sequence[Given]]) -> list[Given]:
    return [one for given in chunks for one in given if one.number == number and one.value]


def _field(name: str, type: str, given: Sequence[Given], quotable: Quotable) -> FieldValue:
    """Take the first value that a page bears out, or else the first, marked as not verified."""
    read = [
        FieldValue(
            name=name,
            type=type,
            value=value,
            page=page,
            quote=(one.quote or "")[:LONGEST_QUOTE] or None,
            verified=page is not None and states(one.quote or "", value, type),
        )
        for one in given
        if (value := typed(one.value or "", type)) is not None
        for page in [quotable.find(one.quote, one.page)]
    ]
    verified = next((one for one in read if one.verified), None)
    return verified or next(iter(read), FieldValue(name=name, type=type))


def _answer(question: str, given: Sequence[Given], quotable: Quotable) -> Answer:
    read = [
        Answer(
            question=question,
            answer=one.value,
            page=page,
            quote=(one.quote or "")[:LONGEST_QUOTE] or None,
            verified=page is not None,
        )
        for one in given
        for page in [quotable.find(one.quote, one.page)]
    ]
    verified = next((one for one in read if one.verified), None)
    return verified or next(iter(read), Answer(question=question))


def _pieces(text: str, most: int) -> Iterator[str]:
    while len(text) > most:
        at = text.rfind("\n", most // 2, most)
        cut = at if at > 0 else most
        yield text[:cut]
        text = text[cut:]
    yield text
