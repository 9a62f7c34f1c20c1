"""What an analysis of an option is made of, and who makes it."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from reports.options.input import Criterion
from reports.sources.citations import Citation

MIN_SCORE, MAX_SCORE = 1, 5


class EvidenceReference(Citation):
    """A place in the evidence that something rests on."""

    name: str
    """Of the source."""
    quote: str = ""
    """Word for word, where a passage was quoted."""


class OptionClaim(BaseModel):
    """Something said of the option."""

    text: str
    evidence: list[EvidenceReference]


class CriterionResult(BaseModel):
    """The option by one criterion."""

    criterion: str
    weight: float
    score: int | None = Field(description="1 (poor) to 5 (excellent); null: it was not scored.")
    reason: str
    evidence: list[EvidenceReference] = []


class ProsAndCons(BaseModel):
    """What speaks for an option, against it, and what may go wrong."""

    pros: list[OptionClaim] = []
    cons: list[OptionClaim] = []
    risks: list[OptionClaim] = []
    unsupported: list[str] = []
    """What a model said of it and no evidence supports."""


class AnalyzedOption(ProsAndCons):
    """An option with its analysis."""

    option: str
    decision: str
    score: float | None = Field(description="Weighted mean of the scores; null if there is none.")
    criteria: list[CriterionResult]
    model: str = Field(description="What made it.")
    warning: str = Field(description="What the reader should know; empty if all went well.")

    @property
    def grounds(self) -> Iterator[EvidenceReference]:
        """Every place that something in it rests on."""
        for measured in self.criteria:
            yield from measured.evidence
        for claim in (*self.pros, *self.cons, *self.risks):
            yield from claim.evidence


class OptionResult(AnalyzedOption):
    """An option with its analysis, which is kept."""

    model_config = ConfigDict(extra="forbid")

    analysis_id: uuid.UUID


class Analyst(Protocol):
    """Analyses one option, piece by piece; each piece is a durable step of the job."""

    def measure(self, criterion: Criterion) -> CriterionResult:
        """Measure the option by one criterion."""

    def points(self) -> ProsAndCons:
        """Say what speaks for it and against it, and what may go wrong."""

    @property
    def limits(self) -> str:
        """Say what this analyst cannot do; empty where it can do all."""


def weighted_mean(measured: Sequence[CriterionResult]) -> float | None:
    """Give the weighted mean of the scores there are, to two digits; None where there is none."""
    scored = [(one.score, one.weight) for one in measured if one.score is not None]
    if not scored:
        return None
    return round(sum(s * w for s, w in scored) / sum(w for _, w in scored), 2)
