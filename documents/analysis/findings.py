"""What an analysis of one document holds."""

from pydantic import BaseModel, Field

Page = tuple[int, str]
"""Number of a page, from 1, and its text."""


class Fact(BaseModel):
    """A party, date or amount that the document states."""

    value: str = Field(description="As written.")
    about: str = Field(
        "",
        description="The role of a party, or what a date or an amount is; a model says it in its "
        "own words.",
    )
    page: int
    quote: str = Field(description="The passage that states it; it was found on that page.")


class FieldValue(BaseModel):
    """What a document says of a field that was asked for."""

    name: str
    type: str
    value: str | float | list[str] | None = Field(
        None, description="A date as YYYY-MM-DD where it is clear; null where nothing was found."
    )
    page: int | None = None
    quote: str | None = None
    verified: bool = Field(
        False, description="Whether the quotation is on the page and states the value."
    )


class Answer(BaseModel):
    """What a document says to a question."""

    question: str
    answer: str | None = None
    page: int | None = None
    quote: str | None = None
    verified: bool = Field(
        False,
        description="Whether the quotation is on the page. That the answer follows from it was not "
        "checked.",
    )


class Analysis(BaseModel):
    """What one document says."""

    language: str | None = Field(description="ISO 639-1; null where it is not clear.")
    summary: str
    summary_verified: bool = Field(
        False,
        description="Whether the summary is made of sentences of the document, word for word. "
        "Otherwise it is in a language model's own words, and was not checked.",
    )
    parties: list[Fact]
    dates: list[Fact]
    amounts: list[Fact]
    fields: list[FieldValue]
    answers: list[Answer]
    notes: list[str] = Field(description="What is missing from this analysis.")
