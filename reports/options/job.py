"""The job `option_analysis`: read, measure by each criterion, weigh up, keep."""

import uuid

from jobs.context import JobContext
from reports.models import OptionAnalysis
from reports.options.analysis import Analysis, Analyst, Measured, OptionResult, Points, mean
from reports.options.extractive import ExtractiveAnalyst
from reports.options.input import OptionOrder
from reports.options.language_model import LanguageAnalyst
from reports.records import decision_of, keep
from reports.sources.preparation import GATHERED, Gathered, gather
from reports.sources.source_list import Listed, unread, used

MEASURED, WEIGHED = 75, 90
"""Percent of the job that each stage ends at."""


def analyze_option(job: JobContext, order: OptionOrder) -> OptionResult:
    """Analyse an option. Every stage is a durable step: a retry goes on."""
    given = gather(job, order)
    analyst = _analyst(order, given)
    measured = _measure(job, order, analyst)
    job.progress(MEASURED, "Weighing up")
    points = job.step_as(Points, "points", analyst.points)
    job.progress(WEIGHED, "Keeping the analysis")
    analysis = Analysis(
        option=order.option,
        decision=order.decision or decision_of(job, otherwise=job.subject),
        score=mean(measured),
        criteria=measured,
        model=given.settings.name,
        warning=_warning(given, analyst, measured, points),
        **dict(points),
    )
    kept = job.step("save", _kept, job, analysis, order.description, given.listing)
    job.progress(100, "Done")
    return OptionResult(analysis_id=uuid.UUID(kept), **dict(analysis))


def _analyst(order: OptionOrder, given: Gathered) -> Analyst:
    if given.model is None:
        return ExtractiveAnalyst(given.evidence)
    return LanguageAnalyst(given.model, order, given.evidence)


def _measure(job: JobContext, order: OptionOrder, analyst: Analyst) -> list[Measured]:
    total = len(order.criteria)
    measured = []
    for number, criterion in enumerate(order.criteria, start=1):
        done = GATHERED + (MEASURED - GATHERED) * (number - 1) / total
        job.progress(done, f"Measuring by criterion {number} of {total}: {criterion.name}")
        measured.append(job.step_as(Measured, f"criterion-{number}", analyst.measure, criterion))
    return measured


def _kept(job: JobContext, analysis: Analysis, description: str, listing: list[Listed]) -> str:
    sources = used(listing, list(analysis.grounds))
    content = analysis.model_dump(mode="json")
    return keep(OptionAnalysis, job, description=description, sources=sources, **content)


def _warning(given: Gathered, analyst: Analyst, measured: list[Measured], points: Points) -> str:
    said = [*unread(given.listing), *given.problems]
    if not given.listing:
        said.append("There is no evidence: give texts or documents.")
    if analyst.limits:
        said.append(analyst.limits)
    elif open_ := [one.criterion for one in measured if one.score is None]:
        said.append(f"Not scored: {', '.join(open_)}.")
    if points.unsupported:
        said.append(f"Claims of the model without evidence: {len(points.unsupported)}.")
    return " ".join(said)
