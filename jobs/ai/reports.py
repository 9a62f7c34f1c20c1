"""The reports of a tenant, ready to be rendered. The app that stores them registers a reader."""

import uuid
from typing import Protocol

from django.core.exceptions import ImproperlyConfigured

from jobs.ai.rendering.document import MarkdownDocument


class ReportReader(Protocol):
    """What `register_reader` takes."""

    def __call__(self, organization_id: uuid.UUID, id: uuid.UUID) -> MarkdownDocument:
        """Read a report. Raises `InvalidInput`, naming the id, if the tenant has no such report."""


_readers: list[ReportReader] = []


def register_reader(reader: ReportReader) -> None:
    """Make `reader` the reader of reports. Call it in `AppConfig.ready`; the last call wins."""
    _readers[:] = [reader]


def read_report(organization_id: uuid.UUID, id: uuid.UUID) -> MarkdownDocument:
    """Read a report of a tenant.

    Raises `InvalidInput`, naming the id, if the tenant has no such report.
    """
    if not _readers:
        raise ImproperlyConfigured(
            "No report reader is registered, so jobs cannot read reports. Add `reports` to "
            "INSTALLED_APPS, or call `jobs.ai.reports.register_reader` in `AppConfig.ready`."
        )
    return _readers[0](organization_id, id)
