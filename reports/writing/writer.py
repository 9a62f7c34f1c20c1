"""What every writer does, and the pieces that it hands over."""

from collections.abc import Sequence
from typing import Protocol

from pydantic import BaseModel, Field

from jobs.ai.llm.models import OnText
from reports.markup import Text
from reports.sources.citations import Citation


class PlannedSection(BaseModel):
    """A section to be written."""

    heading: Text = Field(max_length=120, description="Short, without a number.")
    brief: Text = Field(max_length=2000, description="What the section must say.")


class Outline(BaseModel):
    """The plan of a report."""

    title: Text = Field(max_length=200)
    parts: list[PlannedSection] = Field(min_length=1, max_length=50)


class Section(BaseModel):
    """A section that was written."""

    heading: str
    markdown: str
    """Its text, without the heading."""
    citations: list[Citation] = []
    truncated: bool = False
    """The model stopped at its longest answer."""


class ReportWriter(Protocol):
    """Writes one report, piece by piece; each piece is a durable step of the job."""

    @property
    def notice(self) -> str:
        """Say how the report came about, for its last line."""

    def outline(self) -> Outline:
        """Plan the sections."""

    def section(
        self, part: PlannedSection, outline: Outline, before: Sequence[Section], on_text: OnText
    ) -> Section:
        """Write one section; `before` are those that were written before it."""

    def summary(self, outline: Outline, sections: Sequence[Section]) -> Section | None:
        """Sum up the sections that were written, to begin with; None where none is wanted."""
