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
        passages = self._passages(f"{self._input.option} {criterion.text}")
        if not passages:
            return _result(criterion, None, NO_EVIDENCE, [])
        question_element = element("criterion", criterion.description, name=criterion.name)
        reply = self._ask(Judgement, "option_criterion.v1", question_element, passages)
        grounds = self._grounds(reply.evidence, passages)
        if reply.score is not None and not grounds:
            reason = UNGROUNDED.format(score=reply.score, reason=reply.reason)
            return _result(criterion, None, reason, [])
        return _result(criterion, reply.score, reply.reason, grounds)

    def points(self) -> ProsAndCons:
        """Ask for pros, cons and risks; those without evidence are listed separately."""
        passages = self._passages(f"{self._input.option} {self._input.description}")
        if not passages:
            return ProsAndCons()
        criteria = "\n".join(criterion.name for criterion in self._input.criteria)
        reply = self._ask(
            OptionVerdict, "option_points.v1", element("criteria", criteria), passages
        )
        unsupported: list[str] = []
        pros, cons, risks = (
            self._claims(points, passages, unsupported)
            for points in (reply.pros, reply.cons, reply.risks)
        )
        return ProsAndCons(pros=pros, cons=cons, risks=risks, unsupported=unsupported)

    def _ask(
        self,
        shape: type[Shape],
        instructions: str,
        question_element: str,
        passages: Sequence[Excerpt],
    ) -> Shape:
        request = [self._input.task, question_element, excerpts.sources(passages, self._evidence)]
        return self._model.complete_as(shape, prompt(instructions, request, self._input))

    def _passages(self, question: str) -> list[Excerpt]:
        found = excerpts.passages(self._evidence, question, self._budget)
        return [excerpt for excerpt in found if excerpt[2].strip()]

    def _claims(
        self, points: Sequence[Point], passages: Sequence[Excerpt], unsupported: list[str]
    ) -> list[OptionClaim]:
        claims = []
        for point in points:
            if grounds := self._grounds(point.evidence, passages):
                claims.append(OptionClaim(text=point.text, evidence=grounds))
            else:
                unsupported.append(point.text)
        return claims

    def _grounds(
        self, marks: Sequence[str], passages: Sequence[Excerpt]
    ) -> list[EvidenceReference]:
        """Return the cited places that the model was given."""
        shown: dict[tuple[int, int | None], str] = {}
        for source, page, _ in passages:
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
