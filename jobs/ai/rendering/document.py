"""Documents to render: a Markdown text with a title, facts and images."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class RenderedImage:
    """An image or a chart, ready for a page."""

    content: bytes
    """PNG or JPEG."""
    media_type: str
    width: int
    """Width on a page, in pixels of 1/96 inch. It may be shown smaller."""
    height: int
    svg: str = ""
    """The image as SVG, or empty."""
    pdf: bytes = b""
    """The image as a PDF of one page with embedded fonts, or empty."""

    @property
    def data_url(self) -> str:
        """The image as a `data:` URL."""
        kind, content = self.media_type, self.content
        if self.svg:
            kind, content = "image/svg+xml", self.svg.encode()
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"


@dataclass(frozen=True, kw_only=True)
class MarkdownDocument:
    """A document to render. All of it is untrusted: it is shown literally, never executed."""

    title: str
    organization: str
    """Name of the organization that the document belongs to."""
    markdown: str
    """The body, without the title."""
    made_at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)
    """Shown below the title, by label."""
    warning: str = ""
    """Shown above the text, or empty."""
    language: str = "en"
    """ISO 639 code, or empty if unknown."""
    images: Mapping[str, RenderedImage] = field(default_factory=dict)
    """By the address of an image or the specification of a chart in the text."""
    missing_images: Mapping[str, str] = field(default_factory=dict)
    """A sentence that says why an image is missing, by the same keys."""

    def missing_image_notice(self, kind: str, address: str, alt: str) -> str:
        """Return the text to show instead of a missing image."""
        reason = self.missing_images.get(address, "")
        if kind == "chart":
            return f"This chart was not drawn; its specification follows. {reason}".strip()
        return " ".join(filter(None, ["Image not shown:", f"{alt}." if alt else "", reason]))
