"""The `market_research` job: search, read, select evidence, store."""

import uuid
from collections.abc import Iterator

from pydantic import BaseModel

from jobs.ai.llm import metering, models
from jobs.ai.sources import Source
from jobs.ai.web.fetcher import Fetcher
from jobs.ai.web.page import WebPage, extract_page
from jobs.ai.web.search.providers import SearchResult
from jobs.context import JobContext
from jobs.errors import AttemptError
from reports.research import evidence_selection, records
from reports.research.findings import ConsultedSource, MarketFindings, MarketResult
from reports.research.inputs import MarketResearchInput
from reports.research.source_material import SourceMaterial, number_sources
from reports.research.web_search import SearchHits, search_web
from reports.sources.evidence import ReportSources
from reports.sources.source_list import unread_warnings

SEARCHED_PERCENT, READ_PERCENT, DOCUMENTS_PERCENT, CHOSEN_PERCENT = 15, 55, 65, 90
"""Progress at the end of each stage, in percent."""
MAX_WEB_PAGES = 8
NO_SOURCES = "Nothing was searched. Add documents, or have an operator configure a search provider."


class ReadPage(BaseModel):
    """A search result, with the text of the page if it could be read."""

    page: WebPage
    missing: list[str] = []


def research_market(job: JobContext, input: MarketResearchInput) -> MarketResult:
    """Find evidence on a question. Every stage is a durable step, so a later attempt continues."""
    settings = models.choose(input.model, job.job_type)
    job.progress(1, "Searching the web")
    hits = job.step_as(
        SearchHits, "search", search_web, "Web pages were", input.search_query, MAX_WEB_PAGES
    )
    pages = _pages(job, hits)
    job.progress(READ_PERCENT, "Reading documents")
    material, unreadable = _material(job, input, pages)
    job.progress(DOCUMENTS_PERCENT, "Selecting the evidence")

    def choose() -> MarketFindings:
        model = metering.connect(job, settings)
        if model is None:
            return evidence_selection.extract_evidence(input, material)
        # a call without sources would cost money and could only invent
        return (
            evidence_selection.select_evidence(model, input, material)
            if material.is_readable
            else MarketFindings()
        )

    findings = job.step_as(MarketFindings, "choose", choose)
    read_badly = [note for one in pages for note in one.missing]
    nothing = [] if material.texts else [NO_SOURCES]
    findings.missing = [*hits.missing, *read_badly, *unreadable, *nothing, *findings.missing]
    job.progress(CHOSEN_PERCENT, "Storing the evidence")
    job.step("save", records.save_evidence, job, input, settings.name, findings.evidence)
    job.progress(100, "Done")
    return MarketResult(
        **dict(findings),
        question=input.question,
        market=input.market,
        decision=input.decision,
        model=settings.name,
        sources=list(material.consulted),
    )


def _pages(job: JobContext, hits: SearchHits) -> list[ReadPage]:
    fetcher, pages = Fetcher(), []
    for number, found in enumerate(hits.found, start=1):
        percent = SEARCHED_PERCENT + (READ_PERCENT - SEARCHED_PERCENT) * (number - 1) / len(
            hits.found
        )
        job.progress(percent, f"Reading page {number} of {len(hits.found)}: {found.title}")
        pages.append(job.step_as(ReadPage, f"read-{number}", _read, fetcher, found))
    return pages


def _read(fetcher: Fetcher, found: SearchResult) -> ReadPage:
    """Read a page; if that fails, use the search result's excerpt."""
    try:
        page = extract_page(fetcher.fetch(found.url))
        missing = [] if page.text else ["it has no text without its scripts."]
    except AttemptError as error:
        page = WebPage(url=found.url, title=found.title, text="")
        missing = [error.message]
    known = {
        "title": found.title,
        "text": page.text or found.snippet,
        "published": page.published or found.publication_date,
    }
    note = [
        f"{found.url} was not read, only its excerpt in the search result: {one}" for one in missing
    ]
    return ReadPage(page=page.model_copy(update=known), missing=note)


def _material(
    job: JobContext, input: MarketResearchInput, pages: list[ReadPage]
) -> tuple[SourceMaterial, list[str]]:
    """Collect the sources, documents first; return also what could not be read."""

    def on_document(place: int, total: int) -> None:
        percent = READ_PERCENT + (DOCUMENTS_PERCENT - READ_PERCENT) * place / (total + 1)
        job.progress(percent, f"Reading document {place} of {total}")

    documents = ReportSources(job.organization_id, input.documents, on_document)
    material = number_sources([*_of_documents(documents), *_of_pages(pages)])
    return material, unread_warnings(documents.listing())


def _of_documents(documents: ReportSources) -> Iterator[tuple[ConsultedSource, Source]]:
    for source in documents.sources:
        one = ConsultedSource(
            mark="", kind="document", title=source.name, document=uuid.UUID(source.id)
        )
        yield one, source


def _of_pages(pages: list[ReadPage]) -> Iterator[tuple[ConsultedSource, Source]]:
    seen = set()
    for page in (one.page for one in pages):
        if page.url in seen or not page.text:
            continue
        seen.add(page.url)
        one = ConsultedSource(
            mark="", kind="web", title=page.title, url=page.url, published=page.published
        )
        yield one, Source(id="", name=page.title, kind="web", text=page.text)
