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
from reports.data.charts.chart import DrawnChart, draw_chart
from reports.data.computation.aggregation import compute
from reports.data.computation.figure_check import find_unfounded
from reports.data.computation.results import Result
from reports.data.dashboards import NewChart, StoredCharts
from reports.data.input import (
    NO_TABLE,
    AnalyzeDataInput,
    AnswerChart,
    DataResult,
    find_previous_table,
)
from reports.data.planning.keyword_planner import KeywordPlanner
from reports.data.planning.language_model import LanguageModelPlanner
from reports.data.planning.planner import AnswerPlan, DataQuery, Planner
from reports.data.tables.columns import DataTable
from reports.data.tables.profile import TableProfile, profile
from reports.data.tables.reader import read_document, read_rows

READ_PERCENT, PLANNED_PERCENT, COMPUTED_PERCENT, WORDED_PERCENT, DRAWN_PERCENT = 30, 50, 60, 85, 95
"""Percent of the job that each stage ends at."""
TYPICAL_ROWS = 100_000
UNFOUNDED_FIGURES = (
    "These figures of the answer do not occur in what was computed: {figures}. Check them."
)


class JobStart(BaseModel):
    """What a job goes by, as it was when it began."""

    asked: DataQuery
    document: uuid.UUID | None = None
    """Of the table; without one it is in the order's rows."""
    sheet: str = ""


class PlannedAnswer(BaseModel):
    """Plan, figures and words."""

    planned: AnswerPlan
    results: list[Result]
    text: str
    notes: list[str]


class ComputedResults(BaseModel):
    """What a plan came to."""

    results: list[Result]


class DrawnCharts(BaseModel):
    """The charts of a job, in the order of their results."""

    charts: list[DrawnChart]


def answer_question(job: JobContext, order: AnalyzeDataInput) -> DataResult:
    """Answer a question. Every stage is a durable step: a later attempt goes on."""
    settings = models.choose(order.model, job.job_type)
    job.progress(1, "Reading the question")
    begun = job.step_as(JobStart, "begin", _start, job, order)
    table = LazyTable(job, order, begun)
    told = job.step_as(TableProfile, "profile", lambda: profile(table.read))
    answered = _answer(job, begun, table, told, settings)
    job.progress(WORDED_PERCENT, "Drawing the charts")
    draw_chart = job.step_as(DrawnCharts, "draw", _draw, answered.results).charts
    job.progress(DRAWN_PERCENT, "Keeping the charts")
    kept = job.step_as(StoredCharts, "keep", _store, job, order, begun, answered, draw_chart)
    job.progress(100, "Done")
    charts = [note for one in draw_chart for note in one.notes]
    return DataResult(
        answer=answered.text,
        widgets=[
            AnswerChart(id=widget, title=one.title, kind=one.kind, spec=one.spec)
            for widget, one in zip(kept.widgets, draw_chart, strict=True)
        ],
        table=told.name,
        rows=told.rows,
        columns=told.columns,
        warnings=[*answered.notes, *told.notes, *charts, *kept.notes],
        model=settings.name,
    )


class LazyTable:
    """The table of a job, read when it is first needed: a resumed job may need none."""

    def __init__(self, job: JobContext, order: AnalyzeDataInput, begun: JobStart) -> None:
        self._job = job
        self._order = order
        self._begun = begun

    @cached_property
    def read(self) -> DataTable:
        """Read it. Raises an `InvalidInput` where that cannot be done."""
        if self._begun.document is None:
            return read_rows(self._order.rows or [], self._on_rows)
        return read_document(
            self._job.organization_id, self._begun.document, self._begun.sheet, self._on_rows
        )

    def _on_rows(self, count: int) -> None:
        part = 1 - math.exp(-count / TYPICAL_ROWS)
        self._job.progress(1 + (READ_PERCENT - 5) * part, f"Read {count:,} rows")


def planner_for(settings: ModelSettings, job: JobContext) -> Planner:
    """Give the planner that works with the chosen model, and lets the job know what it uses."""
    model = metering.connect(job, settings)
    return KeywordPlanner() if model is None else LanguageModelPlanner(model, job.stream_text)


def _start(job: JobContext, order: AnalyzeDataInput) -> JobStart:
    """Find out what the question refers to, before anything of it changes."""
    document, sheet = order.document, order.sheet
    if document is None and order.rows is None:
        found = find_previous_table(job.organization_id, order)
        if found is None:
            raise InvalidInput(NO_TABLE)
        document, sheet = found[0], order.sheet or found[1]
    asked = DataQuery(question=order.question)
    if order.dashboard and dashboards.record_question(
        job, order.dashboard, order.chat, order.question
    ):
        charts = dashboards.charts(job, order.dashboard)
        ids = [chart.id for chart in charts]
        asked = DataQuery(
            question=order.question,
            charts=charts,
            chosen=ids.index(order.widget) + 1 if order.widget in ids else None,
            conversation=dashboards.conversation(job, order.dashboard, order.chat),
        )
    return JobStart(asked=asked, document=document, sheet=sheet)


def _answer(
    job: JobContext, begun: JobStart, table: LazyTable, told: TableProfile, settings: ModelSettings
) -> PlannedAnswer:
    planner, asked = planner_for(settings, job), begun.asked
    job.progress(READ_PERCENT, "Planning the answer")
    planned = job.step_as(AnswerPlan, "plan", planner.plan, asked, told)
    job.progress(PLANNED_PERCENT, "Computing")
    results = job.step_as(ComputedResults, "compute", _compute, table, planned).results
    job.progress(COMPUTED_PERCENT, "Wording the answer")
    text = job.step("answer", planner.word, asked, told, planned, results)
    notes = [*planned.notes, *(note for result in results for note in result.notes)]
    if settings.is_language_model and (odd := find_unfounded(text, asked.question, told, results)):
        notes.insert(0, UNFOUNDED_FIGURES.format(figures=", ".join(odd)))
    return PlannedAnswer(planned=planned, results=results, text=text, notes=notes)


def _compute(table: LazyTable, planned: AnswerPlan) -> ComputedResults:
    return ComputedResults(results=[compute(table.read, view) for view in planned.plan.views])


def _draw(results: list[Result]) -> DrawnCharts:
    with Drawer() as drawer:
        return DrawnCharts(charts=[draw_chart(result, drawer) for result in results])


def _store(
    job: JobContext,
    order: AnalyzeDataInput,
    begun: JobStart,
    answered: PlannedAnswer,
    draw_chart: list[DrawnChart],
) -> StoredCharts:
    """Put the charts on their dashboard, where there is one."""
    if order.dashboard is None:
        return StoredCharts(widgets=[None] * len(draw_chart), notes=[])
    charts = []
    for result, chart in zip(answered.results, draw_chart, strict=True):
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
            NewChart(
                content=content,
                replaces=replaced.id if replaced else None,
                version=replaced.version if replaced else 0,
            )
        )
    return dashboards.store_charts(job, order.dashboard, order.chat, answered.text, charts)
