"""Analyzes options without a language model: quotes the evidence for each criterion."""

from reports.options.analysis import CriterionResult, EvidenceReference, ProsAndCons
from reports.options.input import Criterion
from reports.sources.evidence import ReportSources
from reports.sources.quotations import MIN_RELATIVE_SCORE

MAX_QUOTES = 4
"""Passages quoted for each criterion."""
QUOTED_ONLY = "Not scored: without a language model, evidence is quoted but not judged."
NOTHING = "Not scored: no passage of the evidence has the words of this criterion."


class ExtractiveAnalyst:
    """Ranks the evidence for each criterion; the reader judges it."""

    limits = (
        "Without a language model there are no scores, pros, cons or risks: "
        "the evidence is quoted for each criterion."
    )

    def __init__(self, evidence: ReportSources) -> None:
        self._evidence = evidence

    def measure(self, criterion: Criterion) -> CriterionResult:
        """Quote the passages closest to a criterion."""
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
        """Return none: they would be judgements."""
        return ProsAndCons()
