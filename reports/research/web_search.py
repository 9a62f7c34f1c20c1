"""One search as a durable step, and what is said where there is no search."""

from pydantic import BaseModel

from jobs.ai.extraction.words import terms
from jobs.ai.web.search import providers
from jobs.ai.web.search.providers import Found

NO_PROVIDER = "{what} not searched for: no search provider is configured (AI_SEARCH_PROVIDER)."
LEGAL_FORMS = "inc ltd llc gmbh ag plc corp limited co"


class SearchHits(BaseModel):
    """What a search found."""

    found: list[Found] = []
    missing: list[str] = []


def search_web(what: str, query: str, limit: int, *, days: int | None = None) -> SearchHits:
    """Search; `what` says in the plural what is looked for: "News of Cranely were".

    Raises what `providers.search` raises.
    """
    if not providers.is_configured():
        return SearchHits(missing=[NO_PROVIDER.format(what=what)])
    found = providers.search(query, limit, days=days)
    return SearchHits(
        found=found, missing=[] if found else [f"{what} searched for, and none found."]
    )


def keep_hits_about(company: str, hits: SearchHits) -> SearchHits:
    """Leave out what does not name a company: a search gives its best, which may be others'."""
    name = set(terms(company)) - set(terms(LEGAL_FORMS)) or set(terms(company))
    named = [one for one in hits.found if name <= set(terms(f"{one.title} {one.snippet}"))]
    others = len(hits.found) - len(named)
    said = [f"{others} of the pages found do not name {company} and were left out."]
    return SearchHits(found=named, missing=hits.missing + (said if others else []))
