"""What language models are told. A file that changed in meaning gets a new version."""

from pathlib import Path

from jobs.ai.llm import prompts


def instructions(name: str) -> str:
    """Read the prompt `name`: `classify.v1`."""
    return prompts.read_instructions(Path(__file__).parent, name)
