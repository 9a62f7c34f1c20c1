"""A company's profile from what was read: by extraction, or by a language model."""

import re
from collections.abc import Iterable, Sequence

from jobs.ai.extraction.figures import KINDS, figures
from jobs.ai.extraction.ranking import distinct
from jobs.ai.extraction.sentences import Sentence
from jobs.ai.llm.models import LanguageModel
from jobs.ai.llm.prompts import element
from reports.prompts import prompt
from reports.research.findings import Aspects, Profile, Statement
from reports.research.inputs import CompetitorOrder
from reports.research.source_material import Claim, Material, dropped
from reports.sources.excerpts import source_budget

MOST = 8
"""Statements of a kind."""
MOST_FACTS = 20
LEAST_WORDS = 3
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
    "pricing": KINDS["Amount"],
}
"""How sentences of a site show what they speak of."""
NO_MODEL = (
    "Strengths and weaknesses were not judged: that takes a language model. Without one, sentences "
    "of the sources are chosen by their words and quoted."
)
NOTHING_SAID = "The model found nothing to say of the company in the sources."
QUESTION = "products services customers markets prices strengths weaknesses"


class Draft(Aspects[Claim]):
    """A profile as a language model drafts it."""


def extracted(material: Material) -> Profile:
    """Choose sentences of the site by their words; quote what was found of news and reviews."""
    site = [one for one in material.sentences if material.of(one).kind == "site"]
    return Profile(
        offers=_spoken_of("offers", site, material),
        markets=_spoken_of("markets", site, material),
        pricing=_spoken_of("pricing", site, material),
        news=_quoted("news", material),
        reviews=_quoted("review", material),
        facts=facts(material),
        missing=[NO_MODEL],
    )


def written(model: LanguageModel, order: CompetitorOrder, material: Material) -> Profile:
    """Have a language model draft the profile, and keep what stands in the sources."""
    request = [
        element("company", order.company, url=order.url),
        element("decision", order.decision or "(none is named)"),
        material.handed_over(
            f"{order.company} {order.decision} {QUESTION}", source_budget(model.settings)
        ),
    ]
    draft = model.complete_as(Draft, prompt("competitor_profile.v1", request))
    kept, lost = {}, 0
    for name in Draft.model_fields:
        claims: Sequence[Claim] = getattr(draft, name)
        found = [one for one in map(material.verified, claims) if one]
        kept[name] = found[:MOST]
        lost += len(claims) - len(found)
    silent = [] if lost or any(kept.values()) else [NOTHING_SAID]
    return Profile(**kept, facts=facts(material), missing=[*silent, *dropped(lost)])


def facts(material: Material) -> list[Statement]:
    """Give the figures and dates that the sources state."""
    found = figures(material.sentences, MOST_FACTS)
    return [material.stated(one.sentence, f"{one.kind}: {one.value}") for one in found]


def _spoken_of(name: str, site: Iterable[Sentence], material: Material) -> list[Statement]:
    spoken = (
        one
        for one in site
        if one.kind in ("text", "row")
        and len(one.text.split()) > LEAST_WORDS
        and CUES[name].search(one.text)
    )
    return [material.stated(one) for one in distinct(spoken, MOST)]


def _quoted(kind: str, material: Material) -> list[Statement]:
    """Give what each source of a kind says first, below its title."""
    first: dict[str, Statement] = {}
    for one in material.sentences:
        source = material.of(one)
        if source.kind == kind:
            first.setdefault(source.mark, material.stated(one, source.title))
    return list(first.values())[:MOST]
