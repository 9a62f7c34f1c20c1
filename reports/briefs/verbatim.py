"""Sections of a brief that repeat its input verbatim, with or without a language model."""

from reports.briefs.input import BriefGenerationInput
from reports.markup import literal


def question_section(input: BriefGenerationInput) -> str:
    """Return the section with the decision and who decides."""
    title = f"**{literal(input.title)}**"
    return f"{title}\n\nTo be decided by: {literal(input.audience)}" if input.audience else title


def context_section(input: BriefGenerationInput) -> str:
    """Return the section with the context given in the input."""
    paragraphs = [literal(line) for line in input.context.splitlines() if line.strip()]
    return "\n\n".join(paragraphs) or "*No context was given.*"
