"""Reports that another app keeps, as papers. Settings name their reader."""

import uuid
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from jobs.ai.rendering.paper import Paper

Reader = Callable[[uuid.UUID, uuid.UUID], Paper]


def read_report(organization_id: uuid.UUID, id: uuid.UUID) -> Paper:
    """Read a report of a tenant.

    Raises `InvalidInput`, naming the id, where it is unknown or not the tenant's.
    """
    return cast(Reader, import_string(settings.AI_REPORT_READER))(organization_id, id)
