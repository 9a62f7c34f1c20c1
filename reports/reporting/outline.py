"""Sections and title of a report, derived from its input alone."""

import re

from jobs.ai.extraction.sentences import split_sentences
from reports.markup import shorten
from reports.models import TITLE_LENGTH
from reports.reporting.input import GenerateReportInput
from reports.writing.writer import PlannedSection

MAX_HEADING_CHARACTERS = 80
MAX_PROMPT_POINTS = 12
LIST_ITEM = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+", re.MULTILINE)
REQUEST_PHRASE = re.compile(
    r"^(?:please\s+)?(?:(?:write|give|make|draft|prepare)\s+(?:me\s+)?(?:an?|the)\s+"
    r"(?:\w+\s+){0,2}?report\s+(?:on|about|of|for)"
    r"|(?:describe|summari[sz]e|include|explain|cover|discuss|list|state|report on))\s+",
    re.IGNORECASE,
)


def parts_of(input: GenerateReportInput) -> list[PlannedSection]:
    """Return a section per bullet point or, without bullet points, per item of the prompt."""
    points = input.bullet_points or _points_of(input.prompt)
    return [
        PlannedSection(heading=_heading(point), brief=" ".join(point.split())[:2000])
        for point in points
    ]


def title_of(input: GenerateReportInput) -> str:
    """Return the requested title, or name the report after its subject."""
    about = input.contract_name or input.project or input.location
    found = input.title.strip() or (f"Report: {about}" if about else parts_of(input)[0].heading)
    return shorten(found, TITLE_LENGTH)


def _points_of(prompt: str) -> list[str]:
    lines = prompt.strip().splitlines()
    listed = [line for line in lines if LIST_ITEM.match(line)]
    # In a list each line is a point; in prose each sentence.
    points = [LIST_ITEM.sub("", line).strip() for line in listed] or list(split_sentences(prompt))
    kept = [point for point in points if point][:MAX_PROMPT_POINTS]
    return kept or [prompt.strip()]


def _heading(point: str) -> str:
    bare = REQUEST_PHRASE.sub("", " ".join(point.split())).rstrip(".:;?! ") or point
    return shorten(bare[:1].upper() + bare[1:], MAX_HEADING_CHARACTERS)
