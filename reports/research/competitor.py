"""The job `competitor_analysis`: site, news, reviews, profile, each a durable step."""

import uuid
from collections.abc import Iterator

from jobs.ai.llm import metering, models
from jobs.ai.sources import Source
from jobs.ai.web.fetcher import Fetcher
from jobs.ai.web.search.providers import Found
from jobs.ai.web.site_crawl import Tour, tour
from jobs.context import JobContext
from reports.research import company_profile, records
from reports.research.findings import CompanyProfile, CompetitorResult, ConsultedSource, SourceKind
from reports.research.inputs import CompetitorAnalysisInput
from reports.research.source_material import SourceMaterial, number_sources
from reports.research.web_search import SearchHits, keep_hits_about, search_web

SCRAPED_PERCENT, SEARCHED_PERCENT, GATHERED_PERCENT, WRITTEN_PERCENT = 20, 40, 60, 90
"""Percent of the job that each stage ends at."""
MAX_SEARCH_RESULTS = 6
"""Pages of news, and of reviews."""
RECENT_DAYS = 365
"""Days."""


def analyze_competitor(job: JobContext, order: CompetitorAnalysisInput) -> CompetitorResult:
    """Make a company's profile. Every stage is a durable step: a later attempt goes on."""
    settings = models.choose(order.model, job.job_type)
    site = _site(job, order)
    job.progress(SCRAPED_PERCENT, f"Searching for news of {order.company}")
    what, asked = f"News of {order.company} were", f"{order.company} news"
    news = job.step_as(
        SearchHits, "news", search_web, what, asked, MAX_SEARCH_RESULTS, days=RECENT_DAYS
    )
    job.progress(SEARCHED_PERCENT, f"Gathering reviews of {order.company}")
    what, asked = f"Reviews of {order.company} were", f"{order.company} customer reviews"
    reviews = job.step_as(SearchHits, "reviews", search_web, what, asked, MAX_SEARCH_RESULTS)
    news, reviews = keep_hits_about(order.company, news), keep_hits_about(order.company, reviews)
    material = _material(site, news, reviews)
    job.progress(GATHERED_PERCENT, "Writing the profile")

    def write() -> CompanyProfile:
        model = metering.connect(job, settings)
        if model is None:
            return company_profile.extract_profile(material)
        return company_profile.write_profile(model, order, material)

    profile = job.step_as(CompanyProfile, "write", write)
    profile.missing = [*site.missing, *news.missing, *reviews.missing, *profile.missing]
    job.progress(WRITTEN_PERCENT, "Keeping the profile")
    kept = job.step(
        "save", records.save_profile, job, order, settings.name, profile, material.consulted
    )
    job.progress(100, "Done")
    return CompetitorResult(
        **dict(profile),
        profile_id=uuid.UUID(kept),
        company=order.company,
        url=order.url,
        decision=order.decision,
        model=settings.name,
        sources=list(material.consulted),
    )


def _site(job: JobContext, order: CompetitorAnalysisInput) -> Tour:
    def on_page(number: int, total: int) -> None:
        percent = SCRAPED_PERCENT * number / (total + 1)
        job.progress(percent, f"Reading page {number} of {total} of the site")

    job.progress(1, "Reading the site")
    return job.step_as(Tour, "scrape", tour, Fetcher(), order.url, on_page)


def _material(site: Tour, news: SearchHits, reviews: SearchHits) -> SourceMaterial:
    """Put the sources in order, each page once: the site, news, reviews."""
    sources: dict[str, tuple[ConsultedSource, Source]] = {}
    for page in site.pages:
        one = ConsultedSource(
            mark="", kind="site", title=page.title, url=page.url, published=page.published
        )
        sources.setdefault(page.url, (one, _text(page.title, page.text)))
    for found, source in [*_search_sources("news", news), *_search_sources("review", reviews)]:
        sources.setdefault(found.url, (found, source))
    return number_sources(sources.values())


def _search_sources(kind: SourceKind, hits: SearchHits) -> Iterator[tuple[ConsultedSource, Source]]:
    for one in hits.found:
        yield source_of_result(kind, one), _text(one.title, one.snippet or one.title)


def source_of_result(kind: SourceKind, found: Found) -> ConsultedSource:
    """Make the entry of the list of sources for a page that a search found."""
    return ConsultedSource(
        mark="", kind=kind, title=found.title, url=found.url, published=found.published
    )


def _text(title: str, text: str) -> Source:
    return Source(id="", name=title, kind="web", text=text)
