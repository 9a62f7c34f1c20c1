"""A paper as one HTML page."""

import nh3
from django.template.loader import render_to_string

from jobs.ai.rendering.markdown import parser
from jobs.ai.rendering.paper import Paper


def fragment(markdown: str) -> str:
    """Turn Markdown into HTML that is safe to show: no scripts, no styles, no images."""
    made: str = parser().render(markdown)
    return nh3.clean(made, tags=nh3.ALLOWED_TAGS - {"img", "map", "area"})


def render(paper: Paper) -> str:
    """Give a paper as a page that needs no other file."""
    return render_to_string("jobs/paper.html", {"paper": paper, "body": fragment(paper.markdown)})
