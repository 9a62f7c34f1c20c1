"""Files that a job reads as they are: pictures, tables. Settings name what keeps them."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, cast

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, kw_only=True)
class OpenFile:
    """A tenant's file, open for reading."""

    id: str
    name: str
    """As its owner knows it."""
    media_type: str
    """Found from its content: `image/png`."""
    stream: IO[bytes]
    """Seekable, at its beginning."""


Opener = Callable[[uuid.UUID, uuid.UUID], AbstractContextManager[OpenFile]]


def open_file(organization_id: uuid.UUID, id: uuid.UUID) -> AbstractContextManager[OpenFile]:
    """Open a document of a tenant, for as long as the block lasts.

    Raises `InvalidInput` or `NotFound`, naming the id, where it is unknown or not the tenant's.
    """
    return cast(Opener, import_string(settings.AI_FILE_OPENER))(organization_id, id)
