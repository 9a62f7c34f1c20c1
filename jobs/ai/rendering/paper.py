"""What is put on pages: a text with a title, and what stands around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A text to be shown. None of it is trusted: it is shown as what it is, and never executed."""

    title: str
    organization: str
    """Name of the organization whose paper it is."""
    markdown: str
    """The body, without the title."""
    made_at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)
    """What stands below the title, under the names that a reader sees."""
    warning: str = ""
    """What the reader should know first; empty where there is nothing."""
