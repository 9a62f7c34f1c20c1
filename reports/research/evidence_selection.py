"""Selects the evidence on a question by its words or with a language model."""

from collections.abc import Iterable

from pydantic import BaseModel, Field

from jobs.ai.extraction.ranking import Corpus
from jobs.ai.extraction.sentences import Sentence
from jobs.ai.llm.models import LanguageModel
from jobs.ai.llm.prompts import element
from reports.prompts import prompt
from reports.research.findings import MarketEvidence, MarketFindings, Statement
from reports.research.inputs import MarketResearchInput
from reports.research.source_material import QuotedClaim, SourceMaterial, note_dropped
from reports.sources.excerpts import source_budget
from reports.sources.quotations import MIN_RELATIVE_SCORE

NOTHING_FOUND = (
    "The sources do not answer the question in its own words, and nothing was invented to "
    "fill the gap."
)
NO_MODEL = (
    "The evidence was not judged: without a language model, the sentences that share most "
    "words with the question are quoted."
)


class JudgedClaim(QuotedClaim):
    """A claim, and how much it bears on the question."""

    relevance: float = Field(ge=0, le=1)


class CollectedEvidence(BaseModel):
    """What a language model collects."""

    evidence: list[JudgedClaim]


def extract_evidence(input: MarketResearchInput, material: SourceMaterial) -> MarketFindings:
    """Quote the sentences closest to the question."""
    found = material.corpus.relevant(input.question, input.limit, close=MIN_RELATIVE_SCORE)
    scored = [
        _evidence(
            material.to_statement(one), _coverage(input.question, one, material.corpus), material
        )
        for one in found
    ]
    silent = [NOTHING_FOUND] if material.texts and not found else []
    return MarketFindings(evidence=_best(scored, input.limit), missing=[*silent, NO_MODEL])


def select_evidence(
    model: LanguageModel, input: MarketResearchInput, material: SourceMaterial
) -> MarketFindings:
    """Ask a language model for evidence, and keep what the sources contain."""
    request = [
        element("question", input.question),
        element("market", input.market or "(none is named)"),
        element("decision", input.decision or "(none is named)"),
        element("most_statements", str(input.limit)),
        material.prompt_element(input.search_query, source_budget(model.settings)),
    ]
    collected = model.complete_as(CollectedEvidence, prompt("market_evidence.v1", request)).evidence
    kept = [
        _evidence(found, claim.relevance, material)
        for claim in collected
        if (found := material.verify(claim))
    ]
    silent = [] if collected else ["The model found nothing about the question in the sources."]
    return MarketFindings(
        evidence=_best(kept, input.limit),
        missing=[*silent, *note_dropped(len(collected) - len(kept))],
    )


def _evidence(statement: Statement, score: float, material: SourceMaterial) -> MarketEvidence:
    source, _ = material.by_mark[statement.source]
    return MarketEvidence(
        **dict(statement),
        title=source.title,
        document=source.document,
        published=source.published,
        score=round(score, 2),
    )


def _best(found: Iterable[MarketEvidence], limit: int) -> list[MarketEvidence]:
    return sorted(found, key=lambda one: -one.score)[:limit]


def _coverage(question: str, sentence: Sentence, corpus: Corpus) -> float:
    """Return the weighted share of the question's words that a sentence or its heading has."""
    asked = corpus.terms(question)
    met = asked & (sentence.terms | sentence.context)
    whole = sum(map(corpus.weight, sorted(asked)))
    return sum(map(corpus.weight, sorted(met))) / whole if whole else 0.0
