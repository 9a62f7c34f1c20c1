"""Output models of an option analysis, and the interface of the analysts."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from reports.options.input import Criterion
from reports.sources.citations import Citation

MIN_SCORE, MAX_SCORE = 1, 5


class EvidenceReference(Citation):
    """A place in the evidence that supports a statement."""

    name: str
    """Name of the source."""
    quote: str = ""
    """Verbatim, if a passage was quoted."""


class OptionClaim(BaseModel):
    """A claim about the option."""

    text: str
    evidence: list[EvidenceReference]


class CriterionResult(BaseModel):
    """Result of the option for one criterion."""

    criterion: str
    weight: float
    score: int | None = Field(description="1 (poor) to 5 (excellent); null if it was not scored.")
    reason: str
    evidence: list[EvidenceReference] = []


class ProsAndCons(BaseModel):
    """Pros, cons and risks of an option."""

    pros: list[OptionClaim] = []
    cons: list[OptionClaim] = []
    risks: list[OptionClaim] = []
    unsupported: list[str] = []
    """Claims of a model that no evidence supports."""


class AnalyzedOption(ProsAndCons):
    """An option with its analysis."""

    option: str
    decision: str
    score: float | None = Field(
        description="Weighted mean of the scores; null if nothing was scored."
    )
    criteria: list[CriterionResult]
    model: str = Field(description="Model that made the analysis.")
    warning: str = Field(description="What the reader should know; empty if there is nothing.")

    @property
    def grounds(self) -> Iterator[EvidenceReference]:
        """All evidence references of the analysis."""
        for measured in self.criteria:
            yield from measured.evidence
        for claim in (*self.pros, *self.cons, *self.risks):
            yield from claim.evidence


class OptionResult(AnalyzedOption):
    """A stored analysis of an option."""

    model_config = ConfigDict(extra="forbid")

    analysis_id: uuid.UUID


class Analyst(Protocol):
    """Analyzes one option; each call is a durable step of the job."""

    def measure(self, criterion: Criterion) -> CriterionResult:
        """Measure the option by one criterion."""

    def points(self) -> ProsAndCons:
        """Return pros, cons and risks."""

    @property
    def limits(self) -> str:
        """What this analyst cannot do; "" if it can do everything."""


def weighted_mean(measured: Sequence[CriterionResult]) -> float | None:
    """Return the weighted mean of the scores, to two digits; None if there are none."""
    scored = [(one.score, one.weight) for one in measured if one.score is not None]
    if not scored:
        return None
    return round(sum(s * w for s, w in scored) / sum(w for _, w in scored), 2)
