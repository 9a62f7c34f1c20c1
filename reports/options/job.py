"""The job `option_analysis`: read, measure by each criterion, weigh up, keep."""

import uuid

from jobs.context import JobContext
from reports.models import OptionAnalysis
from reports.options.analysis import (
    Analyst,
    AnalyzedOption,
    CriterionResult,
    OptionResult,
    ProsAndCons,
    weighted_mean,
)
from reports.options.extractive import ExtractiveAnalyst
from reports.options.input import OptionAnalysisInput
from reports.options.language_model import LanguageModelAnalyst
from reports.records import decision_of, save_record
from reports.sources.preparation import PREPARED_PERCENT, PreparedSources, prepare_sources
from reports.sources.source_list import ListedSource, cited_sources, unread_warnings

MEASURED_PERCENT, WEIGHED_PERCENT = 75, 90
"""Percent of the job that each stage ends at."""


def analyze_option(job: JobContext, order: OptionAnalysisInput) -> OptionResult:
    """Analyse an option. Every stage is a durable step: a retry goes on."""
    given = prepare_sources(job, order)
    analyst = _analyst(order, given)
    measured = _measure(job, order, analyst)
    job.progress(MEASURED_PERCENT, "Weighing up")
    points = job.step_as(ProsAndCons, "points", analyst.points)
    job.progress(WEIGHED_PERCENT, "Keeping the analysis")
    analysis = AnalyzedOption(
        option=order.option,
        decision=order.decision or decision_of(job, otherwise=job.subject),
        score=weighted_mean(measured),
        criteria=measured,
        model=given.settings.name,
        warning=_warning(given, analyst, measured, points),
        **dict(points),
    )
    kept = job.step("save", _save, job, analysis, order.description, given.listing)
    job.progress(100, "Done")
    return OptionResult(analysis_id=uuid.UUID(kept), **dict(analysis))


def _analyst(order: OptionAnalysisInput, given: PreparedSources) -> Analyst:
    if given.model is None:
        return ExtractiveAnalyst(given.evidence)
    return LanguageModelAnalyst(given.model, order, given.evidence)


def _measure(
    job: JobContext, order: OptionAnalysisInput, analyst: Analyst
) -> list[CriterionResult]:
    total = len(order.criteria)
    measured = []
    for number, criterion in enumerate(order.criteria, start=1):
        done = PREPARED_PERCENT + (MEASURED_PERCENT - PREPARED_PERCENT) * (number - 1) / total
        job.progress(done, f"Measuring by criterion {number} of {total}: {criterion.name}")
        measured.append(
            job.step_as(CriterionResult, f"criterion-{number}", analyst.measure, criterion)
        )
    return measured


def _save(
    job: JobContext, analysis: AnalyzedOption, description: str, listing: list[ListedSource]
) -> str:
    sources = cited_sources(listing, list(analysis.grounds))
    content = analysis.model_dump(mode="json")
    return save_record(OptionAnalysis, job, description=description, sources=sources, **content)


def _warning(
    given: PreparedSources, analyst: Analyst, measured: list[CriterionResult], points: ProsAndCons
) -> str:
    said = [*unread_warnings(given.listing), *given.problems]
    if not given.listing:
        said.append("There is no evidence: give texts or documents.")
    if analyst.limits:
        said.append(analyst.limits)
    elif open_ := [one.criterion for one in measured if one.score is None]:
        said.append(f"Not scored: {', '.join(open_)}.")
    if points.unsupported:
        said.append(f"Claims of the model without evidence: {len(points.unsupported)}.")
    return " ".join(said)
