"""What is put on pages: a text with a title, and what stands around it."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from pydantic import ConfigDict


@dataclass(frozen=True, kw_only=True)
class Picture:
    """An image or a chart, ready to be shown."""

    # as JSON it travels between processes
    __pydantic_config__: ClassVar = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    content: bytes
    """PNG or JPEG."""
    media_type: str
    width: int
    """Of its place on a page, in pixels of 1/96 inch; it may be shown smaller."""
    height: int
    svg: str = ""
    """The same without pixels; empty where there is no such thing."""
    pdf: bytes = b""
    """The same as a PDF of one page, with its fonts; empty where there is no such thing."""

    @property
    def data_url(self) -> str:
        """An address that is the picture itself."""
        kind, content = self.media_type, self.content
        if self.svg:
            kind, content = "image/svg+xml", self.svg.encode()
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"


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
    language: str = "en"
    """ISO 639 code; empty where it is not known."""
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    """By what the text calls them: an image's address, a chart's specification."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Why a picture that the text calls is not there, in a sentence, by the same names."""

    def absence(self, kind: str, address: str, alt: str) -> str:
        """Say in the place of a picture that it is not shown, and why."""
        why = self.missing.get(address, "")
        if kind == "chart":
            return f"This chart was not drawn; its specification follows. {why}".strip()
        return " ".join(filter(None, ["Image not shown:", f"{alt}." if alt else "", why]))
