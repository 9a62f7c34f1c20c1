"""What kind of document a text is: by rules, offline, with the cues that decided."""

from collections.abc import Sequence

from documents.classification import custom_categories, rules
from documents.classification.scoring import NO_TEXT, OTHER, Category, Classification

__all__ = ["OTHER", "Category", "Classification", "classify"]

ENOUGH = 20_000
"""Characters at the start that are looked at: what a document is shows early."""


def classify(text: str, categories: Sequence[Category] = ()) -> Classification:
    """Say what kind of document this is, of the caller's categories or else of the default ones.

    The answer is `other` where no category's cues were found. Pure: no model, no network.
    """
    start = text[:ENOUGH]
    if not start.strip():
        return NO_TEXT
    return custom_categories.classify(start, categories) if categories else rules.classify(start)
