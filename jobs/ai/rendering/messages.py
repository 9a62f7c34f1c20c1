"""JSON of the documents and images that the sandbox process and its parent exchange.

It is read and written without pydantic, whose import would take a third of the start of a process.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from jobs.ai.rendering.document import MarkdownDocument, RenderedImage


def dump_document(document: MarkdownDocument) -> bytes:
    fields = {name: getattr(document, name) for name in document.__dataclass_fields__}
    images = {address: dump_image(image) for address, image in document.images.items()}
    made_at = document.made_at.isoformat()
    return json.dumps({**fields, "images": images, "made_at": made_at}).encode()


def load_document(content: bytes) -> MarkdownDocument:
    fields = json.loads(content)
    images = {address: load_image(image) for address, image in fields.pop("images").items()}
    made_at = datetime.fromisoformat(fields.pop("made_at"))
    return MarkdownDocument(**fields, images=images, made_at=made_at)


def dump_image(image: RenderedImage) -> dict[str, Any]:
    content, pdf = (b64encode(part).decode() for part in (image.content, image.pdf))
    return {**asdict(image), "content": content, "pdf": pdf}


def load_image(fields: Mapping[str, Any]) -> RenderedImage:
    """Return the image. Raises `ValueError` if a field has another type."""
    return RenderedImage(
        content=b64decode(fields["content"], validate=True),
        media_type=str(fields["media_type"]),
        width=int(fields["width"]),
        height=int(fields["height"]),
        svg=str(fields["svg"]),
        pdf=b64decode(fields["pdf"], validate=True),
    )
