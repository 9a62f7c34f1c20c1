"""The job `market_research`: search, read, choose the evidence, keep it."""

import uuid
from collections.abc import Iterator

from pydantic import BaseModel

from jobs.ai.llm import metering, models
from jobs.ai.sources import Source
from jobs.ai.web.fetcher import Fetcher
from jobs.ai.web.page import Page, read
from jobs.ai.web.search.providers import Found
from jobs.context import JobContext
from jobs.errors import AttemptError
from reports.research import evidence_selection, records
from reports.research.findings import Consulted, Findings, MarketResult
from reports.research.inputs import MarketOrder
from reports.research.source_material import Material, numbered
from reports.research.web_search import Hits, searched
from reports.sources.evidence import Evidence
from reports.sources.source_list import unread

SEARCHED, READ, DOCUMENTS, CHOSEN = 15, 55, 65, 90
"""Percent of the job that each stage ends at."""
MOST_PAGES = 8
NOTHING = (
    "Nothing was looked up. Give documents to be searched, or have an operator configure a search "
    "provider."
)


class Read(BaseModel):
    """A page that a search found, as far as it could be read."""

    page: Page
    missing: list[str] = []


def research(job: JobContext, order: MarketOrder) -> MarketResult:
    """Find evidence on a question. Every stage is a durable step: a later attempt goes on."""
    settings = models.choose(order.model, job.job_type)
    job.progress(1, "Searching the web")
    hits = job.step_as(Hits, "search", searched, "Web pages were", order.searched, MOST_PAGES)
    pages = _pages(job, hits)
    job.progress(READ, "Reading documents")
    material, unreadable = _material(job, order, pages)
    job.progress(DOCUMENTS, "Choosing the evidence")

    def choose() -> Findings:
        model = metering.connect(job, settings)
        if model is None:
            return evidence_selection.extracted(order, material)
        # a call about nothing would be paid, and could only invent
        return (
            evidence_selection.judged(model, order, material)
            if material.is_readable
            else Findings()
        )

    findings = job.step_as(Findings, "choose", choose)
    read_badly = [said for one in pages for said in one.missing]
    nothing = [] if material.texts else [NOTHING]
    findings.missing = [*hits.missing, *read_badly, *unreadable, *nothing, *findings.missing]
    job.progress(CHOSEN, "Keeping the evidence")
    job.step("save", records.keep_evidence, job, order, settings.name, findings.evidence)
    job.progress(100, "Done")
    return MarketResult(
        **dict(findings),
        question=order.question,
        market=order.market,
        decision=order.decision,
        model=settings.name,
        sources=list(material.consulted),
    )


def _pages(job: JobContext, hits: Hits) -> list[Read]:
    fetcher, pages = Fetcher(), []
    for number, found in enumerate(hits.found, start=1):
        percent = SEARCHED + (READ - SEARCHED) * (number - 1) / len(hits.found)
        job.progress(percent, f"Reading page {number} of {len(hits.found)}: {found.title}")
        pages.append(job.step_as(Read, f"read-{number}", _read, fetcher, found))
    return pages


def _read(fetcher: Fetcher, found: Found) -> Read:
    """Read a page; where it cannot be read, what the search quotes of it has to do."""
    try:
        page = read(fetcher.fetch(found.url))
        missing = [] if page.text else ["it has no text that can be read without its scripts."]
    except AttemptError as error:
        page = Page(url=found.url, title=found.title, text="")
        missing = [error.message]
    known = {
        "title": found.title,
        "text": page.text or found.snippet,
        "published": page.published or found.published,
    }
    said = [
        f"{found.url} was not read, only what the search quotes of it: {one}" for one in missing
    ]
    return Read(page=page.model_copy(update=known), missing=said)


def _material(job: JobContext, order: MarketOrder, pages: list[Read]) -> tuple[Material, list[str]]:
    """Put the sources in order: documents first, then pages; and say what could not be read."""

    def on_document(place: int, total: int) -> None:
        percent = READ + (DOCUMENTS - READ) * place / (total + 1)
        job.progress(percent, f"Reading document {place} of {total}")

    documents = Evidence(job.organization_id, order.documents, on_document)
    material = numbered([*_of_documents(documents), *_of_pages(pages)])
    return material, unread(documents.listing())


def _of_documents(documents: Evidence) -> Iterator[tuple[Consulted, Source]]:
    for source in documents.sources:
        one = Consulted(mark="", kind="document", title=source.name, document=uuid.UUID(source.id))
        yield one, source


def _of_pages(pages: list[Read]) -> Iterator[tuple[Consulted, Source]]:
    seen = set()
    for page in (one.page for one in pages):
        if page.url in seen or not page.text:
            continue
        seen.add(page.url)
        one = Consulted(
            mark="", kind="web", title=page.title, url=page.url, published=page.published
        )
        yield one, Source(id="", name=page.title, kind="web", text=page.text)
