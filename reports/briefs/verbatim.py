"""What a brief takes over from its order, word for word, whoever writes the rest."""

from reports.briefs.input import BriefGenerationInput
from reports.markup import literal


def question_section(order: BriefGenerationInput) -> str:
    """Give the section that says what is to be decided, and by whom."""
    asked = f"**{literal(order.title)}**"
    return f"{asked}\n\nTo be decided by: {literal(order.audience)}" if order.audience else asked


def context_section(order: BriefGenerationInput) -> str:
    """Give what the order says of the context."""
    said = [literal(line) for line in order.context.splitlines() if line.strip()]
    return "\n\n".join(said) or "*The order says nothing of its context.*"
