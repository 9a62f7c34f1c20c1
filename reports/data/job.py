"""The job `analyze_data`: read, plan, compute, answer, draw, keep."""

import math
import uuid
from functools import cached_property

from pydantic import BaseModel

from jobs.ai.llm import metering, models
from jobs.ai.llm.models import ModelSettings
from jobs.ai.rendering.chart_renderer import Drawer
from jobs.context import JobContext
from jobs.errors import InvalidInput
from reports.data import dashboards
from reports.data.charts.chart import Drawn, drawn
from reports.data.computation.aggregation import compute
from reports.data.computation.figure_check import unfounded
from reports.data.computation.results import Result
from reports.data.dashboards import Chart, Kept
from reports.data.input import NO_TABLE, DataOrder, DataResult, ShownWidget, earlier
from reports.data.planning.keyword_planner import KeywordPlanner
from reports.data.planning.language_model import LanguagePlanner
from reports.data.planning.planner import Asked, Planned, Planner
from reports.data.tables.columns import Table
from reports.data.tables.profile import Profile, profile
from reports.data.tables.reader import read_document, read_rows

READ, PLANNED, COMPUTED, WORDED, DRAWN = 30, 50, 60, 85, 95
"""Percent of the job that each stage ends at."""
USUAL_ROWS = 100_000
ALTERED = "These figures of the answer do not occur in what was computed: {figures}. Check them."


class Begun(BaseModel):
    """What a job goes by, as it was when it began."""

    asked: Asked
    document: uuid.UUID | None = None
    """Of the table; without one it is in the order's rows."""
    sheet: str = ""


class Answered(BaseModel):
    """Plan, figures and words."""

    planned: Planned
    results: list[Result]
    text: str
    notes: list[str]


class Figures(BaseModel):
    """What a plan came to."""

    results: list[Result]


class Charts(BaseModel):
    """The charts of a job, in the order of their results."""

    charts: list[Drawn]


def answer_question(job: JobContext, order: DataOrder) -> DataResult:
    """Answer a question. Every stage is a durable step: a later attempt goes on."""
    settings = models.choose(order.model, job.job_type)
    job.progress(1, "Reading the question")
    begun = job.step_as(Begun, "begin", _begin, job, order)
    table = TableOnce(job, order, begun)
    told = job.step_as(Profile, "profile", lambda: profile(table.read))
    answered = _answer(job, begun, table, told, settings)
    job.progress(WORDED, "Drawing the charts")
    drawn = job.step_as(Charts, "draw", _draw, answered.results).charts
    job.progress(DRAWN, "Keeping the charts")
    kept = job.step_as(Kept, "keep", _keep, job, order, begun, answered, drawn)
    job.progress(100, "Done")
    charts = [note for one in drawn for note in one.notes]
    return DataResult(
        answer=answered.text,
        widgets=[
            ShownWidget(id=widget, title=one.title, kind=one.kind, spec=one.spec)
            for widget, one in zip(kept.widgets, drawn, strict=True)
        ],
        table=told.name,
        rows=told.rows,
        columns=told.columns,
        warnings=[*answered.notes, *told.notes, *charts, *kept.notes],
        model=settings.name,
    )


class TableOnce:
    """The table of a job, read when it is first needed: a resumed job may need none."""

    def __init__(self, job: JobContext, order: DataOrder, begun: Begun) -> None:
        self._job = job
        self._order = order
        self._begun = begun

    @cached_property
    def read(self) -> Table:
        """Read it. Raises an `InvalidInput` where that cannot be done."""
        if self._begun.document is None:
            return read_rows(self._order.rows or [], self._on_rows)
        return read_document(
            self._job.organization_id, self._begun.document, self._begun.sheet, self._on_rows
        )

    def _on_rows(self, count: int) -> None:
        part = 1 - math.exp(-count / USUAL_ROWS)
        self._job.progress(1 + (READ - 5) * part, f"Read {count:,} rows")


def planner_for(settings: ModelSettings, job: JobContext) -> Planner:
    """Give the planner that works with the chosen model, and lets the job know what it uses."""
    model = metering.connect(job, settings)
    return KeywordPlanner() if model is None else LanguagePlanner(model, job.stream_text)


def _begin(job: JobContext, order: DataOrder) -> Begun:
    """Find out what the question refers to, before anything of it changes."""
    document, sheet = order.document, order.sheet
    if document is None and order.rows is None:
        found = earlier(job.organization_id, order)
        if found is None:
            raise InvalidInput(NO_TABLE)
        document, sheet = found[0], order.sheet or found[1]
    asked = Asked(question=order.question)
    if order.dashboard and dashboards.asked(job, order.dashboard, order.chat, order.question):
        charts = dashboards.charts(job, order.dashboard)
        ids = [chart.id for chart in charts]
        asked = Asked(
            question=order.question,
            charts=charts,
            chosen=ids.index(order.widget) + 1 if order.widget in ids else None,
            conversation=dashboards.conversation(job, order.dashboard, order.chat),
        )
    return Begun(asked=asked, document=document, sheet=sheet)


def _answer(
    job: JobContext, begun: Begun, table: TableOnce, told: Profile, settings: ModelSettings
) -> Answered:
    planner, asked = planner_for(settings, job), begun.asked
    job.progress(READ, "Planning the answer")
    planned = job.step_as(Planned, "plan", planner.plan, asked, told)
    job.progress(PLANNED, "Computing")
    results = job.step_as(Figures, "compute", _compute, table, planned).results
    job.progress(COMPUTED, "Wording the answer")
    text = job.step("answer", planner.word, asked, told, planned, results)
    notes = [*planned.notes, *(note for result in results for note in result.notes)]
    if settings.is_language_model and (odd := unfounded(text, asked.question, told, results)):
        notes.insert(0, ALTERED.format(figures=", ".join(odd)))
    return Answered(planned=planned, results=results, text=text, notes=notes)


def _compute(table: TableOnce, planned: Planned) -> Figures:
    return Figures(results=[compute(table.read, view) for view in planned.plan.views])


def _draw(results: list[Result]) -> Charts:
    with Drawer() as drawer:
        return Charts(charts=[drawn(result, drawer) for result in results])


def _keep(
    job: JobContext, order: DataOrder, begun: Begun, answered: Answered, drawn: list[Drawn]
) -> Kept:
    """Put the charts on their dashboard, where there is one."""
    if order.dashboard is None:
        return Kept(widgets=[None] * len(drawn), notes=[])
    charts = []
    for result, chart in zip(answered.results, drawn, strict=True):
        number = result.view.widget
        replaced = begun.asked.charts[number - 1] if number else None
        content = {
            **chart.model_dump(exclude={"notes"}),
            "view": result.view.model_dump(mode="json", exclude={"widget"}),
            "answer": answered.text,
            "document": begun.document,
            "sheet": begun.sheet,
        }
        charts.append(
            Chart(
                content=content,
                replaces=replaced.id if replaced else None,
                version=replaced.version if replaced else 0,
            )
        )
    return dashboards.keep(job, order.dashboard, order.chat, answered.text, charts)
