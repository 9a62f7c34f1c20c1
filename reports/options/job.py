"""The `option_analysis` job: read, measure each criterion, list pros and cons, store."""

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
"""Progress at the end of each stage, in percent."""


def analyze_option(job: JobContext, input: OptionAnalysisInput) -> OptionResult:
    """Analyze an option. Every stage is a durable step, so a retry continues."""
    prepared = prepare_sources(job, input)
    analyst = _analyst(input, prepared)
    measured = _measure(job, input, analyst)
    job.progress(MEASURED_PERCENT, "Listing pros, cons and risks")
    points = job.step_as(ProsAndCons, "points", analyst.points)
    job.progress(WEIGHED_PERCENT, "Storing the analysis")
    analysis = AnalyzedOption(
        option=input.option,
        decision=input.decision or decision_of(job, otherwise=job.subject),
        score=weighted_mean(measured),
        criteria=measured,
        model=prepared.settings.name,
        warning=_warning(prepared, analyst, measured, points),
        **dict(points),
    )
    kept = job.step("save", _save, job, analysis, input.description, prepared.listing)
    job.progress(100, "Done")
    return OptionResult(analysis_id=uuid.UUID(kept), **dict(analysis))


def _analyst(input: OptionAnalysisInput, prepared: PreparedSources) -> Analyst:
    if prepared.model is None:
        return ExtractiveAnalyst(prepared.evidence)
    return LanguageModelAnalyst(prepared.model, input, prepared.evidence)


def _measure(
    job: JobContext, input: OptionAnalysisInput, analyst: Analyst
) -> list[CriterionResult]:
    total = len(input.criteria)
    measured = []
    for number, criterion in enumerate(input.criteria, start=1):
        done = PREPARED_PERCENT + (MEASURED_PERCENT - PREPARED_PERCENT) * (number - 1) / total
        job.progress(done, f"Scoring criterion {number} of {total}: {criterion.name}")
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
    prepared: PreparedSources,
    analyst: Analyst,
    measured: list[CriterionResult],
    points: ProsAndCons,
) -> str:
    warnings = [*unread_warnings(prepared.listing), *prepared.problems]
    if not prepared.listing:
        warnings.append("There is no evidence. Add texts or documents.")
    if analyst.limits:
        warnings.append(analyst.limits)
    elif open_ := [one.criterion for one in measured if one.score is None]:
        warnings.append(f"Not scored: {', '.join(open_)}.")
    if points.unsupported:
        warnings.append(f"Claims of the model without evidence: {len(points.unsupported)}.")
    return " ".join(warnings)
