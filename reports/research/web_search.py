"""A web search as a durable step, with notes if there is no search or no result."""

from pydantic import BaseModel

from jobs.ai.extraction.words import terms
from jobs.ai.web.search import providers
from jobs.ai.web.search.providers import SearchResult

NO_PROVIDER = "{what} not searched for: no search provider is configured (AI_SEARCH_PROVIDER)."
LEGAL_FORMS = "inc ltd llc gmbh ag plc corp limited co"


class SearchHits(BaseModel):
    """Results of a search."""

    found: list[SearchResult] = []
    missing: list[str] = []


def search_web(what: str, query: str, limit: int, *, days: int | None = None) -> SearchHits:
    """Search the web; `what` starts the notes in the plural: "News of Cranely were".

    Raises what `providers.search` raises.
    """
    if not providers.is_configured():
        return SearchHits(missing=[NO_PROVIDER.format(what=what)])
    found = providers.search(query, limit, days=days)
    return SearchHits(
        found=found, missing=[] if found else [f"{what} searched for; none were found."]
    )


def keep_hits_about(company: str, hits: SearchHits) -> SearchHits:
    """Drop results that do not name the company: a search may return pages about others."""
    name = set(terms(company)) - set(terms(LEGAL_FORMS)) or set(terms(company))
    naming = [one for one in hits.found if name <= set(terms(f"{one.title} {one.snippet}"))]
    others = len(hits.found) - len(naming)
    note = [f"{others} of the pages found do not name {company} and were omitted."]
    return SearchHits(found=naming, missing=hits.missing + (note if others else []))
