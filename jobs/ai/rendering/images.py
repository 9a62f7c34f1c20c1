"""Loads the images of a document: image files of the tenant, resized and without metadata."""

import uuid

from django.conf import settings

from jobs.ai.rendering import renderer
from jobs.ai.rendering.document import RenderedImage
from jobs.ai.rendering.errors import RenderingFailed
from jobs.ai.sources import open_file
from jobs.errors import InvalidInput, NotFound

SCHEME = "document:"


def load_image(organization_id: uuid.UUID, address: str) -> RenderedImage:
    """Load the image at an address `document:<id>`. Raises `RenderingFailed`."""
    if not address.startswith(SCHEME):
        raise RenderingFailed("Only images from documents are shown. Others are not downloaded.")
    try:
        document_id = uuid.UUID(address.removeprefix(SCHEME))
        with open_file(organization_id, document_id) as file:
            if not file.media_type.startswith("image/"):
                raise RenderingFailed(f"The document {file.name} is not an image.")
            return renderer.prepare_image(file.stream, settings.DOCUMENT_MAX_PIXELS)
    except ValueError:
        raise RenderingFailed("Its address does not contain the id of a document.") from None
    except (InvalidInput, NotFound) as error:
        raise RenderingFailed(error.message) from error
