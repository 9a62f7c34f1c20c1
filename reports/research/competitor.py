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
from reports.research.findings import CompetitorResult, Consulted, Kind, Profile
from reports.research.inputs import CompetitorOrder
from reports.research.source_material import Material, numbered
from reports.research.web_search import Hits, about, searched

SCRAPED, SEARCHED, GATHERED, WRITTEN = 20, 40, 60, 90
"""Percent of the job that each stage ends at."""
MOST_FOUND = 6
"""Pages of news, and of reviews."""
RECENT = 365
"""Days."""


def analyze(job: JobContext, order: CompetitorOrder) -> CompetitorResult:
    """Make a company's profile. Every stage is a durable step: a later attempt goes on."""
    settings = models.choose(order.model, job.job_type)
    site = _site(job, order)
    job.progress(SCRAPED, f"Searching for news of {order.company}")
    what, asked = f"News of {order.company} were", f"{order.company} news"
    news = job.step_as(Hits, "news", searched, what, asked, MOST_FOUND, days=RECENT)
    job.progress(SEARCHED, f"Gathering reviews of {order.company}")
    what, asked = f"Reviews of {order.company} were", f"{order.company} customer reviews"
    reviews = job.step_as(Hits, "reviews", searched, what, asked, MOST_FOUND)
    news, reviews = about(order.company, news), about(order.company, reviews)
    material = _material(site, news, reviews)
    job.progress(GATHERED, "Writing the profile")

    def write() -> Profile:
        model = metering.connect(job, settings)
        if model is None:
            return company_profile.extracted(material)
        return company_profile.written(model, order, material)

    profile = job.step_as(Profile, "write", write)
    profile.missing = [*site.missing, *news.missing, *reviews.missing, *profile.missing]
    job.progress(WRITTEN, "Keeping the profile")
    kept = job.step(
        "save", records.keep_profile, job, order, settings.name, profile, material.consulted
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


def _site(job: JobContext, order: CompetitorOrder) -> Tour:
    def on_page(number: int, total: int) -> None:
        percent = SCRAPED * number / (total + 1)
        job.progress(percent, f"Reading page {number} of {total} of the site")

    job.progress(1, "Reading the site")
    return job.step_as(Tour, "scrape", tour, Fetcher(), order.url, on_page)


def _material(site: Tour, news: Hits, reviews: Hits) -> Material:
    """Put the sources in order, each page once: the site, news, reviews."""
    sources: dict[str, tuple[Consulted, Source]] = {}
    for page in site.pages:
        one = Consulted(
            mark="", kind="site", title=page.title, url=page.url, published=page.published
        )
        sources.setdefault(page.url, (one, _text(page.title, page.text)))
    for found, source in [*_found("news", news), *_found("review", reviews)]:
        sources.setdefault(found.url, (found, source))
    return numbered(sources.values())


def _found(kind: Kind, hits: Hits) -> Iterator[tuple[Consulted, Source]]:
    for one in hits.found:
        yield consulted(kind, one), _text(one.title, one.snippet or one.title)


def consulted(kind: Kind, found: Found) -> Consulted:
    """Make the entry of the list of sources for a page that a search found."""
    return Consulted(
        mark="", kind=kind, title=found.title, url=found.url, published=found.published
    )


def _text(title: str, text: str) -> Source:
    return Source(id="", name=title, kind="web", text=text)
