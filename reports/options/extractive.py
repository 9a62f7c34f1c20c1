"""The analyst without a language model: it finds the evidence for each criterion and quotes it."""

from reports.options.analysis import CriterionResult, EvidenceReference, ProsAndCons
from reports.options.input import Criterion
from reports.sources.evidence import ReportSources
from reports.sources.quotations import MIN_RELATIVE_SCORE

MAX_QUOTES = 4
"""Passages that are quoted for each criterion."""
QUOTED_ONLY = "Not scored: without a language model evidence is quoted, and not judged."
NOTHING = "Not scored: no passage of the evidence speaks of this criterion in its words."


class ExtractiveAnalyst:
    """Ranks the evidence by each criterion; judging it is left to the reader."""

    limits = (
        "Without a language model no score is given, and no pros, cons and risks are drawn up: "
        "the evidence is quoted for each criterion."
    )

    def __init__(self, evidence: ReportSources) -> None:
        self._evidence = evidence

    def measure(self, criterion: Criterion) -> CriterionResult:
        """Quote the passages that come closest to a criterion."""
        found = self._evidence.corpus.relevant(criterion.text, MAX_QUOTES, close=MIN_RELATIVE_SCORE)
        return CriterionResult(
            criterion=criterion.name,
            weight=criterion.weight,
            score=None,
            reason=QUOTED_ONLY if found else NOTHING,
            evidence=[
                EvidenceReference(
                    source=self._evidence.number(one.source),
                    page=one.page,
                    name=one.source.name,
                    quote=one.quote,
                )
                for one in found
            ],
        )

    def points(self) -> ProsAndCons:
        """Give none: they would be judgements."""
        return ProsAndCons()
