"""Hostile workbooks are refused, and harm no worker."""

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import openpyxl
import pytest
from django.core.files.base import ContentFile

from documents import store
from jobs import testing
from jobs.ai.text.workbooks import TooManySheets
from jobs.errors import InvalidSubmission
from reports.data.tables import workbooks
from reports.data.tables.grids import NoTable
from tests.people import Person
from tests.reports.conftest import Submit


def test_a_zip_bomb_is_refused(owner: Person) -> None:
    book = openpyxl.Workbook()
    file = io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"<sst>" + b" " * 90_000_000)
    with pytest.raises(InvalidSubmission, match="too much for a document"):
        store.add(
            ContentFile(file.getvalue(), "bomb.xlsx"),
            organization=owner.organization,
            owner=owner.user,
        )


@contextmanager
def rewritten(change: Callable[[str, bytes], bytes]) -> Iterator[IO[bytes]]:
    """Return a workbook whose parts were changed."""
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    with tempfile.TemporaryFile() as made:
        with zipfile.ZipFile(file) as whole, zipfile.ZipFile(made, "w") as archive:
            for name in whole.namelist():
                archive.writestr(name, change(name, whole.read(name)))
        made.seek(0)
        yield made


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_with_a_broken_part_is_refused(part: str) -> None:
    with (
        rewritten(lambda name, content: b"<worksheet><<" if name == part else content) as broken,
        pytest.raises(NoTable, match="damaged"),
        workbooks.open_sheet(broken, "") as (rows, _),
    ):
        list(rows)


def test_endless_styles_exhaust_the_sandbox_alone(
    settings: Any,
) -> None:
    settings.DOCUMENT_READER_MEMORY = 60_000_000
    styles = b"<xf/>" * 100_000 + b"</cellXfs>"
    with (
        rewritten(lambda _, content: content.replace(b"</cellXfs>", styles)) as heavy,
        pytest.raises(NoTable, match="more memory"),
        workbooks.open_sheet(heavy, "") as (rows, _),
    ):
        list(rows)


SHEET = b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"


def test_a_row_of_three_million_cells_is_refused_within_memory(
    owner: Person, submit: Submit, settings: Any
) -> None:
    settings.DOCUMENT_READER_MEMORY = 100_000_000  # the library would take ten times as much
    row = SHEET + b"<row>" + b"<c/>" * 3_000_000 + b"</row></sheetData></worksheet>"
    with rewritten(lambda name, content: row if "sheet1" in name else content) as wide:
        document = store.add(
            ContentFile(wide.read(), "wide.xlsx"), organization=owner.organization, owner=owner.user
        )
    job = testing.run(submit("analyze_data", question="What?", document=str(document.pk)))
    assert (job.state, job.error["code"]) == ("failed", "too_many_cells")


def test_a_workbook_of_too_many_sheets_is_refused(settings: Any) -> None:
    settings.DOCUMENT_MAX_PAGES = 0
    with (
        rewritten(lambda _, content: content) as book,
        pytest.raises(TooManySheets, match="1 sheets"),
        workbooks.open_sheet(book, ""),
    ):
        pass
