"""Sections of a brief that repeat its input verbatim, with or without a language model."""

from reports.briefs.input import BriefGenerationInput
from reports.markup import literal


def question_section(input: BriefGenerationInput) -> str:
    """Return the section with the decision and who decides."""
    asked = f"**{literal(input.title)}**"
    return f"{asked}\n\nTo be decided by: {literal(input.audience)}" if input.audience else asked


def context_section(input: BriefGenerationInput) -> str:
    """Return the section with the context given in the input."""
    said = [literal(line) for line in input.context.splitlines() if line.strip()]
    return "\n\n".join(said) or "*No context was given.*"
