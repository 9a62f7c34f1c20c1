"""Output models of the analysis of one document."""

from pydantic import BaseModel, Field

NumberedPage = tuple[int, str]
"""Page number, from 1, and the text of the page."""


class Fact(BaseModel):
    """A party, date or amount that the document states."""

    value: str = Field(description="As written in the document.")
    about: str = Field(
        "",
        description="Role of a party, or meaning of a date or amount; in the words of the language "
        "model if one was used.",
    )
    page: int
    quote: str = Field(description="Passage that states the fact. It was found on that page.")


class FieldValue(BaseModel):
    """Value of a requested field."""

    name: str
    type: str
    value: str | float | list[str] | None = Field(
        None,
        description="A date is YYYY-MM-DD, a period as in 2025-03, 2025-Q1 or 2025-W10. A number "
        "or a date with two readings is as written. Null if nothing was found.",
    )
    page: int | None = None
    quote: str | None = None
    verified: bool = Field(
        False, description="Whether the quotation is on the page and states the value."
    )


class QuestionAnswer(BaseModel):
    """The document's answer to a question."""

    question: str
    answer: str | None = None
    page: int | None = None
    quote: str | None = None
    verified: bool = Field(
        False,
        description="Whether the quotation is on the page. That it supports the answer was not "
        "checked.",
    )


class DocumentAnalysis(BaseModel):
    """Analysis of one document."""

    language: str | None = Field(description="ISO 639-1; null if uncertain.")
    summary: str
    summary_verified: bool = Field(
        False,
        description="Whether the summary consists of sentences of the document, word for word. "
        "Otherwise a language model wrote it, and it was not checked.",
    )
    parties: list[Fact]
    dates: list[Fact]
    amounts: list[Fact]
    fields: list[FieldValue]
    answers: list[QuestionAnswer]
    notes: list[str] = Field(description="What this analysis lacks.")
