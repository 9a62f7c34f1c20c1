"""What every planner does: a question about a profiled table becomes a plan."""

import uuid
from typing import Protocol

from pydantic import BaseModel

from reports.data.computation.results import Result
from reports.data.computation.views import Plan, View
from reports.data.tables.profile import TableProfile


class ExistingChart(BaseModel):
    """A chart that the dashboard has, as a question may refer to it."""

    id: uuid.UUID
    version: int
    title: str
    view: View


class AnswerPlan(BaseModel):
    """A plan, and what its reader should know of it."""

    plan: Plan
    notes: list[str] = []
    understood: bool = True
    """Whether it answers the question; otherwise it is an overview of the table."""


class DataQuery(BaseModel):
    """A question, with all that it may refer to."""

    question: str
    charts: list[ExistingChart] = []
    """Of the dashboard, in order."""
    chosen: int | None = None
    """Number of the chart, from 1, that is to be changed."""
    conversation: list[tuple[str, str]] = []
    """What was said before: role and text, oldest first."""


class Planner(Protocol):
    """Plans, and then words what came of it; each is a durable step of the job."""

    def plan(self, asked: DataQuery, profile: TableProfile) -> AnswerPlan:
        """Say what is to be computed and shown."""

    def word(
        self, asked: DataQuery, profile: TableProfile, planned: AnswerPlan, results: list[Result]
    ) -> str:
        """Answer the question by what was computed."""
