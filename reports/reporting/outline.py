"""Sections and title of a report, taken from its order alone."""

import re

from jobs.ai.extraction.sentences import split
from reports.markup import shortened
from reports.models import TITLE_LENGTH
from reports.reporting.input import ReportOrder
from reports.writing.writer import Part

HEADING_LENGTH = 80
MOST_FROM_PROMPT = 12
LISTED = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+", re.MULTILINE)
ASKING = re.compile(
    r"^(?:please\s+)?(?:(?:write|give|make|draft|prepare)\s+(?:me\s+)?(?:an?|the)\s+"
    r"(?:\w+\s+){0,2}?report\s+(?:on|about|of|for)"
    r"|(?:describe|summari[sz]e|include|explain|cover|discuss|list|state|report on))\s+",
    re.IGNORECASE,
)


def parts_of(order: ReportOrder) -> list[Part]:
    """Give a section for each bullet point; without those, for each item of the prompt."""
    points = order.bullet_points or _points_of(order.prompt)
    return [Part(heading=_heading(point), brief=" ".join(point.split())[:2000]) for point in points]


def title_of(order: ReportOrder) -> str:
    """Give the title that was asked for, or name the report after what it is about."""
    about = order.contract_name or order.project or order.location
    found = order.title.strip() or (f"Report: {about}" if about else parts_of(order)[0].heading)
    return shortened(found, TITLE_LENGTH)


def _points_of(prompt: str) -> list[str]:
    lines = prompt.strip().splitlines()
    listed = [line for line in lines if LISTED.match(line)]
    # The lines of a list are the points; prose has one in each sentence.
    points = [LISTED.sub("", line).strip() for line in listed] or list(split(prompt))
    kept = [point for point in points if point][:MOST_FROM_PROMPT]
    return kept or [prompt.strip()]


def _heading(point: str) -> str:
    bare = ASKING.sub("", " ".join(point.split())).rstrip(".:;?! ") or point
    return shortened(bare[:1].upper() + bare[1:], HEADING_LENGTH)
