"""The `evidence_search` job: reads unread documents, then searches documents and the web."""

from typing import Literal

from documents.search import documents, web
from documents.search.evidence import FoundEvidence
from documents.search.query import parse_query
from documents.search.scope import SearchScope
from documents.search.unread_documents import read_unread
from jobs.context import JobContext
from jobs.errors import AttemptError, TransientError

MAX_ATTEMPTS = 3
"""In the last attempt, a failing web search no longer fails the job: the documents' evidence is
returned."""
NO_PROVIDER = "The web was not searched: no search provider is configured."
WEB_FAILED = "The web was not searched: {why}"

SearchSource = Literal["documents", "web", "all"]


def search_evidence(
    job: JobContext, query: str, where: SearchSource, scope: SearchScope, *, limit: int, read: int
) -> FoundEvidence:
    """Find evidence for a query, and report what was not searched."""
    parsed = parse_query(query)
    found = FoundEvidence(query=query)
    if where != "web":
        faults = {one.document: one for one in read_unread(job, scope, read)}
        job.progress(90, "Searching the documents")
        found = job.step_as(
            FoundEvidence, "search", documents.search, query, parsed, scope, limit, faults
        )
    if where != "documents":
        job.progress(95, "Searching the web")
        found = _with_web(job, found, where, limit)
    return found


def _with_web(
    job: JobContext, found: FoundEvidence, where: SearchSource, limit: int
) -> FoundEvidence:
    search = web.provider()
    if search is None:
        return found.model_copy(update={"missing": [*found.missing, NO_PROVIDER]})
    try:
        pages = job.step_as(web.WebEvidence, "web", web.search_web, search, found.query, limit)
    except AttemptError as error:
        another = isinstance(error, TransientError) and job.attempt < MAX_ATTEMPTS
        if where == "web" or another:
            raise
        missing = WEB_FAILED.format(why=error.message)
        return found.model_copy(update={"missing": [*found.missing, missing]})
    items = sorted([*found.items, *pages.items], key=lambda item: -item.score)  # stable
    return found.model_copy(update={"items": items[:limit]})
