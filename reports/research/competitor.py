"""The `competitor_analysis` job: site, news, reviews and profile, each a durable step."""

import uuid
from collections.abc import Iterator

from jobs.ai.llm import metering, models
from jobs.ai.sources import Source
from jobs.ai.web.fetcher import Fetcher
from jobs.ai.web.search.providers import SearchResult
from jobs.ai.web.site_crawl import SiteCrawl, crawl_site
from jobs.context import JobContext
from reports.research import company_profile, records
from reports.research.findings import CompanyProfile, CompetitorResult, ConsultedSource, SourceKind
from reports.research.inputs import CompetitorAnalysisInput
from reports.research.source_material import SourceMaterial, number_sources
from reports.research.web_search import SearchHits, keep_hits_about, search_web

SCRAPED_PERCENT, SEARCHED_PERCENT, GATHERED_PERCENT, WRITTEN_PERCENT = 20, 40, 60, 90
"""Progress at the end of each stage, in percent."""
MAX_SEARCH_RESULTS = 6
"""For news, and for reviews."""
RECENT_DAYS = 365


def analyze_competitor(job: JobContext, input: CompetitorAnalysisInput) -> CompetitorResult:
    """Create a company's profile. Every stage is a durable step, so a later attempt continues."""
    settings = models.choose(input.model, job.job_type)
    site = _site(job, input)
    job.progress(SCRAPED_PERCENT, f"Searching for news of {input.company}")
    what, query = f"News of {input.company} were", f"{input.company} news"
    news = job.step_as(
        SearchHits, "news", search_web, what, query, MAX_SEARCH_RESULTS, days=RECENT_DAYS
    )
    job.progress(SEARCHED_PERCENT, f"Gathering reviews of {input.company}")
    what, query = f"Reviews of {input.company} were", f"{input.company} customer reviews"
    reviews = job.step_as(SearchHits, "reviews", search_web, what, query, MAX_SEARCH_RESULTS)
    news, reviews = keep_hits_about(input.company, news), keep_hits_about(input.company, reviews)
    material = _material(site, news, reviews)
    job.progress(GATHERED_PERCENT, "Writing the profile")

    def write() -> CompanyProfile:
        model = metering.connect(job, settings)
        if model is None:
            return company_profile.extract_profile(material)
        return company_profile.write_profile(model, input, material)

    profile = job.step_as(CompanyProfile, "write", write)
    profile.missing = [*site.missing, *news.missing, *reviews.missing, *profile.missing]
    job.progress(WRITTEN_PERCENT, "Storing the profile")
    kept = job.step(
        "save", records.save_profile, job, input, settings.name, profile, material.consulted
    )
    job.progress(100, "Done")
    return CompetitorResult(
        **dict(profile),
        profile_id=uuid.UUID(kept),
        company=input.company,
        url=input.url,
        decision=input.decision,
        model=settings.name,
        sources=list(material.consulted),
    )


def _site(job: JobContext, input: CompetitorAnalysisInput) -> SiteCrawl:
    def on_page(number: int, total: int) -> None:
        percent = SCRAPED_PERCENT * number / (total + 1)
        job.progress(percent, f"Reading page {number} of {total} of the site")

    job.progress(1, "Reading the site")
    return job.step_as(SiteCrawl, "scrape", crawl_site, Fetcher(), input.url, on_page)


def _material(site: SiteCrawl, news: SearchHits, reviews: SearchHits) -> SourceMaterial:
    """Collect the sources, each page once: site, news, reviews."""
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


def source_of_result(kind: SourceKind, found: SearchResult) -> ConsultedSource:
    """Return the source entry of a search result."""
    return ConsultedSource(
        mark="", kind=kind, title=found.title, url=found.url, published=found.publication_date
    )


def _text(title: str, text: str) -> Source:
    return Source(id="", name=title, kind="web", text=text)
