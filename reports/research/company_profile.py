"""Creates a company's profile from its sources, by extraction or with a language model."""

import re
from collections.abc import Callable, Iterable, Sequence

from jobs.ai.extraction.figures import figures, states_amount
from jobs.ai.extraction.ranking import distinct
from jobs.ai.extraction.sentences import Sentence
from jobs.ai.llm.models import LanguageModel
from jobs.ai.llm.prompts import element
from reports.prompts import prompt
from reports.research.findings import Aspects, CompanyProfile, Statement
from reports.research.inputs import CompetitorAnalysisInput
from reports.research.source_material import QuotedClaim, SourceMaterial, note_dropped
from reports.sources.excerpts import source_budget

MAX_STATEMENTS = 8
"""Per topic."""
MAX_FACTS = 20
MIN_SENTENCE_WORDS = 3
CUES = {
    "offers": re.compile(
        r"\b(products?|services?|platform|solutions?|features?|offer(s|ed|ing)|provides|delivers"
        r"|helps|rents|sells|builds|makes|manages|maintains)\b",
        re.IGNORECASE,
    ),
    "markets": re.compile(
        r"\b(customers?|clients?|companies|industr(y|ies)|markets?|countries|worldwide|serv(es?|ing)"
        r"|across|used by|trusted by|for (small|large|medium))\b",
        re.IGNORECASE,
    ),
}
"""Patterns that show the topic of a sentence of the site."""
NO_MODEL = (
    "Strengths and weaknesses were not judged: that requires a language model. Without one, "
    "sentences of the sources are selected by their words and quoted."
)
NOTHING_SAID = "The model found nothing about the company in the sources."
QUESTION = "products services customers markets prices strengths weaknesses"


class DraftProfile(Aspects[QuotedClaim]):
    """A profile as a language model drafts it."""


def extract_profile(material: SourceMaterial) -> CompanyProfile:
    """Select sentences of the site by their words; quote news and reviews."""
    site = [one for one in material.sentences if material.of(one).kind == "site"]
    return CompanyProfile(
        offers=_find_statements(CUES["offers"].search, site, material),
        markets=_find_statements(CUES["markets"].search, site, material),
        pricing=_find_statements(states_amount, site, material),
        news=_first_statements("news", material),
        reviews=_first_statements("review", material),
        facts=facts(material),
        missing=[NO_MODEL],
    )


def write_profile(
    model: LanguageModel, input: CompetitorAnalysisInput, material: SourceMaterial
) -> CompanyProfile:
    """Ask a language model for a profile, and keep what the sources contain."""
    request = [
        element("company", input.company, url=input.url),
        element("decision", input.decision or "(none is named)"),
        material.prompt_element(
            f"{input.company} {input.decision} {QUESTION}", source_budget(model.settings)
        ),
    ]
    draft = model.complete_as(DraftProfile, prompt("competitor_profile.v1", request))
    kept, lost = {}, 0
    for name in DraftProfile.model_fields:
        claims: Sequence[QuotedClaim] = getattr(draft, name)
        found = [one for one in map(material.verify, claims) if one]
        kept[name] = found[:MAX_STATEMENTS]
        lost += len(claims) - len(found)
    silent = [] if lost or any(kept.values()) else [NOTHING_SAID]
    return CompanyProfile(**kept, facts=facts(material), missing=[*silent, *note_dropped(lost)])


def facts(material: SourceMaterial) -> list[Statement]:
    """Return the figures and dates that the sources state."""
    found = figures(material.sentences, MAX_FACTS)
    return [material.to_statement(one.sentence, f"{one.kind}: {one.value}") for one in found]


def _find_statements(
    cue: Callable[[str], object], site: Iterable[Sentence], material: SourceMaterial
) -> list[Statement]:
    spoken = (
        one
        for one in site
        if one.kind in ("text", "row")
        and len(one.text.split()) > MIN_SENTENCE_WORDS
        and cue(one.text)
    )
    return [material.to_statement(one) for one in distinct(spoken, MAX_STATEMENTS)]


def _first_statements(kind: str, material: SourceMaterial) -> list[Statement]:
    """Return the first statement of each source of a kind, with the source's title."""
    first: dict[str, Statement] = {}
    for one in material.sentences:
        source = material.of(one)
        if source.kind == kind:
            first.setdefault(source.mark, material.to_statement(one, source.title))
    return list(first.values())[:MAX_STATEMENTS]
