"""Classifies documents offline, by rules, and reports the cues that decided."""

from collections.abc import Sequence

from documents.classification import custom_categories, rules
from documents.classification.scoring import NO_TEXT, OTHER, Category, ClassificationResult

__all__ = ["OTHER", "Category", "ClassificationResult", "classify"]

SAMPLE_CHARACTERS = 20_000
"""Only this much of the start is examined: the category of a document shows early."""


def classify(text: str, categories: Sequence[Category] = ()) -> ClassificationResult:
    """Classify a text into the caller's categories, or the default ones.

    Returns `other` if no category's cues were found. Pure: no model, no network.
    """
    start = text[:SAMPLE_CHARACTERS]
    if not start.strip():
        return NO_TEXT
    return custom_categories.classify(start, categories) if categories else rules.classify(start)
