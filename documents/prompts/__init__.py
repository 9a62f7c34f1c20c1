"""Prompts of language models. A file whose meaning changes gets a new version."""

from pathlib import Path

from jobs.ai.llm import prompts


def instructions(name: str) -> str:
    """Return the text of a prompt, such as `classify.v1`."""
    return prompts.read_instructions(Path(__file__).parent, name)
