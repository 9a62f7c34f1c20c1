"""The work of `evidence_search`: read what is unread, search, ask the web, put it together."""

from typing import Literal

from documents.search import documents, web
from documents.search.evidence import Found
from documents.search.query import parse_query
from documents.search.scope import Scope
from documents.search.unread_documents import read_unread
from jobs.context import JobContext
from jobs.errors import AttemptError, TransientError

TRIES = 3
"""Attempts; in the last one, a web that cannot be asked no longer costs the documents' evidence."""
NO_PROVIDER = "The web was not searched: no search provider is configured."
NOT_ASKED = "The web was not searched: {why}"

Where = Literal["documents", "web", "all"]


def gather(
    job: JobContext, query: str, where: Where, scope: Scope, *, limit: int, read: int
) -> Found:
    """Find evidence for a query, and say what was not looked at."""
    asked = parse_query(query)
    found = Found(query=query)
    if where != "web":
        faults = {one.document: one for one in read_unread(job, scope, read)}
        job.progress(90, "Searching the documents")
        found = job.step_as(Found, "search", documents.search, query, asked, scope, limit, faults)
    if where != "documents":
        job.progress(95, "Searching the web")
        found = _with_web(job, found, where, limit)
    return found


def _with_web(job: JobContext, found: Found, where: Where, limit: int) -> Found:
    search = web.provider()
    if search is None:
        return found.model_copy(update={"missing": [*found.missing, NO_PROVIDER]})
    try:
        pages = job.step_as(web.Pages, "web", web.ask, search, found.query, limit)
    except AttemptError as error:
        another = isinstance(error, TransientError) and job.attempt < TRIES
        if where == "web" or another:
            raise
        missing = NOT_ASKED.format(why=error.message)
        return found.model_copy(update={"missing": [*found.missing, missing]})
    items = sorted([*found.items, *pages.items], key=lambda item: -item.score)  # stable
    return found.model_copy(update={"items": items[:limit]})
