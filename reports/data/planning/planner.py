"""Interface of the planners: from a question about a profiled table to a plan."""

import uuid
from typing import Protocol

from pydantic import BaseModel

from reports.data.computation.results import Result
from reports.data.computation.views import Plan, View
from reports.data.tables.profile import TableProfile


class ExistingChart(BaseModel):
    """A chart of the dashboard that a question may refer to."""

    id: uuid.UUID
    version: int
    title: str
    view: View


class AnswerPlan(BaseModel):
    """A plan, with notes for the reader."""

    plan: Plan
    notes: list[str] = []
    understood: bool = True
    """False if the plan is only an overview of the table."""


class DataQuery(BaseModel):
    """A question and everything it may refer to."""

    question: str
    charts: list[ExistingChart] = []
    """Charts of the dashboard, in order."""
    chosen: int | None = None
    """Number of the chart to change, from 1."""
    conversation: list[tuple[str, str]] = []
    """Earlier messages as role and text, oldest first."""


class Planner(Protocol):
    """Plans an answer and words its results; each is a durable step of the job."""

    def plan(self, query: DataQuery, profile: TableProfile) -> AnswerPlan:
        """Return what to compute and show."""

    def word(
        self, query: DataQuery, profile: TableProfile, planned: AnswerPlan, results: list[Result]
    ) -> str:
        """Return the answer to the question, from the results."""
