"""Interface of the writers, and the parts of a report."""

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
    """A written section."""

    heading: str
    markdown: str
    """The text without the heading."""
    citations: list[Citation] = []
    truncated: bool = False
    """Whether the model reached its output limit."""


class ReportWriter(Protocol):
    """Writes one report; each call is a durable step of the job."""

    @property
    def notice(self) -> str:
        """How the report was written, for its last line."""

    def outline(self) -> Outline:
        """Return the outline."""

    def section(
        self, part: PlannedSection, outline: Outline, before: Sequence[Section], on_text: OnText
    ) -> Section:
        """Write one section; `before` holds those written so far."""

    def summary(self, outline: Outline, sections: Sequence[Section]) -> Section | None:
        """Return a summary of the sections to begin with, or None."""
