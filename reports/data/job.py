"""The `analyze_data` job: read, plan, compute, answer, draw, store."""

import math
import uuid
from functools import cached_property

from pydantic import BaseModel

from jobs.ai.llm import metering, models
from jobs.ai.llm.models import ModelSettings
from jobs.ai.rendering.chart_renderer import ChartRenderer
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
"""Progress at the end of each stage, in percent."""
TYPICAL_ROWS = 100_000
UNFOUNDED_FIGURES = (
    "These figures in the answer are not among the computed ones: {figures}. Check them."
)


class JobStart(BaseModel):
    """The question and its table as they were when the job started."""

    query: DataQuery
    document: uuid.UUID | None = None
    """Document with the table; without one the table is in the input's rows."""
    sheet: str = ""


class PlannedAnswer(BaseModel):
    """Plan, figures and text."""

    planned: AnswerPlan
    results: list[Result]
    text: str
    notes: list[str]


class ComputedResults(BaseModel):
    """Results of a plan."""

    results: list[Result]


class DrawnCharts(BaseModel):
    """Charts of a job, in the order of their results."""

    charts: list[DrawnChart]


def answer_question(job: JobContext, input: AnalyzeDataInput) -> DataResult:
    """Answer a question. Every stage is a durable step, so a later attempt continues."""
    settings = models.choose(input.model, job.job_type)
    job.progress(1, "Reading the question")
    start = job.step_as(JobStart, "begin", _start, job, input)
    table = LazyTable(job, input, start)
    table_profile = job.step_as(TableProfile, "profile", lambda: profile(table.read))
    answered = _answer(job, start, table, table_profile, settings)
    job.progress(WORDED_PERCENT, "Drawing the charts")
    drawn_charts = job.step_as(DrawnCharts, "draw", _draw, answered.results).charts
    job.progress(DRAWN_PERCENT, "Storing the charts")
    kept = job.step_as(StoredCharts, "keep", _store, job, input, start, answered, drawn_charts)
    job.progress(100, "Done")
    charts = [note for one in drawn_charts for note in one.notes]
    return DataResult(
        answer=answered.text,
        widgets=[
            AnswerChart(id=widget, title=one.title, kind=one.kind, spec=one.spec)
            for widget, one in zip(kept.widgets, drawn_charts, strict=True)
        ],
        table=table_profile.name,
        rows=table_profile.rows,
        columns=table_profile.columns,
        warnings=[*answered.notes, *table_profile.notes, *charts, *kept.notes],
        model=settings.name,
    )


class LazyTable:
    """The table of a job, read on first use: a resumed job may not need it."""

    def __init__(self, job: JobContext, input: AnalyzeDataInput, start: JobStart) -> None:
        self._job = job
        self._input = input
        self._start_state = start

    @cached_property
    def read(self) -> DataTable:
        """The table. Raises an `InvalidInput` if it cannot be read."""
        if self._start_state.document is None:
            return read_rows(self._input.rows or [], self._on_rows)
        return read_document(
            self._job.organization_id,
            self._start_state.document,
            self._start_state.sheet,
            self._on_rows,
        )

    def _on_rows(self, count: int) -> None:
        part = 1 - math.exp(-count / TYPICAL_ROWS)
        self._job.progress(1 + (READ_PERCENT - 5) * part, f"Read {count:,} rows")


def planner_for(settings: ModelSettings, job: JobContext) -> Planner:
    """Return the planner for the chosen model; it records its usage on the job."""
    model = metering.connect(job, settings)
    return KeywordPlanner() if model is None else LanguageModelPlanner(model, job.stream_text)


def _start(job: JobContext, input: AnalyzeDataInput) -> JobStart:
    """Find out what the question refers to, before anything changes."""
    document, sheet = input.document, input.sheet
    if document is None and input.rows is None:
        found = find_previous_table(job.organization_id, input)
        if found is None:
            raise InvalidInput(NO_TABLE)
        document, sheet = found[0], input.sheet or found[1]
    query = DataQuery(question=input.question)
    if input.dashboard and dashboards.record_question(
        job, input.dashboard, input.chat, input.question
    ):
        charts = dashboards.charts(job, input.dashboard)
        ids = [chart.id for chart in charts]
        query = DataQuery(
            question=input.question,
            charts=charts,
            chosen=ids.index(input.widget) + 1 if input.widget in ids else None,
            conversation=dashboards.conversation(job, input.dashboard, input.chat),
        )
    return JobStart(query=query, document=document, sheet=sheet)


def _answer(
    job: JobContext,
    start: JobStart,
    table: LazyTable,
    table_profile: TableProfile,
    settings: ModelSettings,
) -> PlannedAnswer:
    planner, query = planner_for(settings, job), start.query
    job.progress(READ_PERCENT, "Planning the answer")
    planned = job.step_as(AnswerPlan, "plan", planner.plan, query, table_profile)
    job.progress(PLANNED_PERCENT, "Computing")
    results = job.step_as(ComputedResults, "compute", _compute, table, planned).results
    job.progress(COMPUTED_PERCENT, "Wording the answer")
    text = job.step("answer", planner.word, query, table_profile, planned, results)
    notes = [*planned.notes, *(note for result in results for note in result.notes)]
    if settings.is_language_model and (
        odd := find_unfounded(text, query.question, table_profile, results)
    ):
        notes.insert(0, UNFOUNDED_FIGURES.format(figures=", ".join(odd)))
    return PlannedAnswer(planned=planned, results=results, text=text, notes=notes)


def _compute(table: LazyTable, planned: AnswerPlan) -> ComputedResults:
    return ComputedResults(results=[compute(table.read, view) for view in planned.plan.views])


def _draw(results: list[Result]) -> DrawnCharts:
    with ChartRenderer() as drawer:
        return DrawnCharts(charts=[draw_chart(result, drawer) for result in results])


def _store(
    job: JobContext,
    input: AnalyzeDataInput,
    start: JobStart,
    answered: PlannedAnswer,
    drawn_charts: list[DrawnChart],
) -> StoredCharts:
    """Put the charts on their dashboard, if there is one."""
    if input.dashboard is None:
        return StoredCharts(widgets=[None] * len(drawn_charts), notes=[])
    charts = []
    for result, chart in zip(answered.results, drawn_charts, strict=True):
        number = result.view.widget
        replaced = start.query.charts[number - 1] if number else None
        content = {
            **chart.model_dump(exclude={"notes"}),
            "view": result.view.model_dump(mode="json", exclude={"widget"}),
            "answer": answered.text,
            "document": start.document,
            "sheet": start.sheet,
        }
        charts.append(
            NewChart(
                content=content,
                replaces=replaced.id if replaced else None,
                version=replaced.version if replaced else 0,
            )
        )
    return dashboards.store_charts(job, input.dashboard, input.chat, answered.text, charts)
