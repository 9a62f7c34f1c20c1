"""Files that a deletion could not remove are removed later, and no others."""

import uuid
from pathlib import Path

import pytest

from jobs.models import Organization
from reports import records
from reports.files import orphan_cleanup, store
from reports.models import Report

pytestmark = pytest.mark.django_db


def kept(report: Report) -> set[str]:
    """Return the names of the files in the folder of a report's organization."""
    return set(report.pdf.storage.listdir(f"reports/{report.organization_id}")[1])


def test_files_of_a_deleted_report_are_swept_and_others_stay(report: Report) -> None:
    mine = kept(report)
    gone = Report(pk=uuid.uuid4(), organization=report.organization)
    store.save_file(gone, "pdf", b"left behind")
    Path(report.pdf.storage.path(f"reports/{report.organization_id}/notes.txt")).write_text("x")
    part = report.organization_id.int % orphan_cleanup.PARTITIONS
    assert orphan_cleanup.clean_up(part) == 1
    assert kept(report) == {*mine, "notes.txt"}
    records.remove(report)
    assert orphan_cleanup.clean_up(part) == 3
    assert kept(report) == {"notes.txt"}


def test_every_organization_is_swept_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[uuid.UUID] = []

    def look(organization: uuid.UUID) -> int:
        seen.append(organization)
        return 0

    monkeypatch.setattr(orphan_cleanup, "_clean_up_folder", look)
    Organization.objects.create(name="Another")
    for hour in range(24):
        monkeypatch.setattr("time.time", lambda hour=hour: hour * 3600.0)
        orphan_cleanup.clean_up(orphan_cleanup.current_partition())
    assert sorted(seen) == sorted(Organization.objects.values_list("pk", flat=True))
