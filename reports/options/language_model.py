"""Analyzes options with a language model. Claims without evidence do not count."""

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, Field

from jobs.ai.llm.models import LanguageModel
from jobs.ai.llm.prompts import element
from reports.markup import Text
from reports.options.analysis import (
    MAX_SCORE,
    MIN_SCORE,
    CriterionResult,
    EvidenceReference,
    OptionClaim,
    ProsAndCons,
)
from reports.options.input import Criterion, OptionAnalysisInput
from reports.prompts import prompt
from reports.sources import excerpts
from reports.sources.citations import find_citations
from reports.sources.evidence import ReportSources
from reports.sources.excerpts import Excerpt, source_budget

NO_EVIDENCE = "Not scored: there is no evidence to support a score."
UNGROUNDED = (
    "Not scored: the model gave {score}, but cited no existing evidence. Its reason: {reason}"
)
Shape = TypeVar("Shape", bound=BaseModel)
MARKS = Field(description="Marks of the sources that it rests on: S1, or S1, p. 3.", max_length=20)


class Judgement(BaseModel):
    """How good an option is by one criterion."""

    score: int | None = Field(
        ge=MIN_SCORE,
        le=MAX_SCORE,
        description="1 poor, 5 excellent; null if the sources do not tell.",
    )
    reason: Text = Field(max_length=1500, description="Why, in one to three sentences.")
    evidence: list[str] = MARKS


class Point(BaseModel):
    """One thing to be said of an option."""

    text: Text = Field(max_length=600, description="One sentence.")
    evidence: list[str] = MARKS


class OptionVerdict(BaseModel):
    """What speaks for an option, against it, and what may go wrong."""

    pros: list[Point] = Field(max_length=12)
    cons: list[Point] = Field(max_length=12)
    risks: list[Point] = Field(max_length=12)


class LanguageModelAnalyst:
    """Asks a language model to judge by the evidence, and checks that the evidence exists."""

    limits = ""

    def __init__(
        self, model: LanguageModel, input: OptionAnalysisInput, evidence: ReportSources
    ) -> None:
        self._model = model
        self._input = input
        self._evidence = evidence
        self._budget = source_budget(model.settings)

    def measure(self, criterion: Criterion) -> CriterionResult:
        """Ask for a score by one criterion."""
        given = self._passages(f"{self._input.option} {criterion.text}")
        if not given:
            return _result(criterion, None, NO_EVIDENCE, [])
        asked = element("criterion", criterion.description, name=criterion.name)
        said = self._ask(Judgement, "option_criterion.v1", asked, given)
        grounds = self._grounds(said.evidence, given)
        if said.score is not None and not grounds:
            told = UNGROUNDED.format(score=said.score, reason=said.reason)
            return _result(criterion, None, told, [])
        return _result(criterion, said.score, said.reason, grounds)

    def points(self) -> ProsAndCons:
        """Ask for pros, cons and risks; those without evidence are listed separately."""
        given = self._passages(f"{self._input.option} {self._input.description}")
        if not given:
            return ProsAndCons()
        criteria = "\n".join(criterion.name for criterion in self._input.criteria)
        said = self._ask(OptionVerdict, "option_points.v1", element("criteria", criteria), given)
        unsupported: list[str] = []
        pros, cons, risks = (
            self._claims(points, given, unsupported)
            for points in (said.pros, said.cons, said.risks)
        )
        return ProsAndCons(pros=pros, cons=cons, risks=risks, unsupported=unsupported)

    def _ask(
        self, shape: type[Shape], instructions: str, asked: str, given: Sequence[Excerpt]
    ) -> Shape:
        request = [self._input.task, asked, excerpts.sources(given, self._evidence)]
        return self._model.complete_as(shape, prompt(instructions, request, self._input))

    def _passages(self, question: str) -> list[Excerpt]:
        found = excerpts.passages(self._evidence, question, self._budget)
        return [excerpt for excerpt in found if excerpt[2].strip()]

    def _claims(
        self, points: Sequence[Point], given: Sequence[Excerpt], unsupported: list[str]
    ) -> list[OptionClaim]:
        claims = []
        for point in points:
            if grounds := self._grounds(point.evidence, given):
                claims.append(OptionClaim(text=point.text, evidence=grounds))
            else:
                unsupported.append(point.text)
        return claims

    def _grounds(self, marks: Sequence[str], given: Sequence[Excerpt]) -> list[EvidenceReference]:
        """Return the cited places that the model was given."""
        shown: dict[tuple[int, int | None], str] = {}
        for source, page, _ in given:
            number = self._evidence.number(source)
            shown[number, page] = shown[number, None] = source.name
        named = [one for mark in marks for one in find_citations(f"[{mark.strip('[] ')}]")]
        places = dict.fromkeys((one.source, one.page) for one in named)
        return [
            EvidenceReference(source=source, page=page, name=shown[source, page])
            for source, page in places
            if (source, page) in shown
        ]


def _result(
    criterion: Criterion, score: int | None, reason: str, grounds: list[EvidenceReference]
) -> CriterionResult:
    return CriterionResult(
        criterion=criterion.name,
        weight=criterion.weight,
        score=score,
        reason=reason,
        evidence=grounds,
    )
