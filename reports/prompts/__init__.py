"""Prompts of language models. A file whose meaning changes gets a new version."""

from collections.abc import Sequence
from pathlib import Path

from jobs.ai.llm import prompts
from jobs.ai.llm.models import Prompt, PromptImage
from reports.inputs import JobInput


def prompt(
    instructions: str,
    request: Sequence[str],
    input: JobInput | None = None,
    *,
    pictures: Sequence[PromptImage] = (),
    max_tokens: int | None = None,
) -> Prompt:
    """Return a prompt from an instruction file (`report_section.v1`).

    The temperature is that of the input.
    """
    return Prompt.of(
        prompts.read_instructions(Path(__file__).parent, instructions),
        "\n\n".join(request),
        images=pictures,
        temperature=input.temperature if input else None,
        max_tokens=max_tokens,
    )
