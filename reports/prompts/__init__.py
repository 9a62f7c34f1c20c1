"""What language models are told. A file that changed in meaning gets a new version."""

from collections.abc import Sequence
from pathlib import Path

from jobs.ai.llm import prompts
from jobs.ai.llm.models import Picture, Prompt
from reports.inputs import JobInput


def prompt(
    instructions: str,
    request: Sequence[str],
    order: JobInput | None = None,
    *,
    pictures: Sequence[Picture] = (),
    max_tokens: int | None = None,
) -> Prompt:
    """Ask for something: by instructions of a file, `report_section.v1`, and as an order wants."""
    return Prompt.of(
        prompts.instructions(Path(__file__).parent, instructions),
        "\n\n".join(request),
        pictures=pictures,
        temperature=order.temperature if order else None,
        max_tokens=max_tokens,
    )
