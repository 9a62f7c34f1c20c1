"""Workbooks made to hurt: they are refused, and hurt no worker."""

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
from jobs.errors import InvalidSubmission
from reports.data.tables import workbooks
from reports.data.tables.grids import NoTable
from tests.people import Person


def test_a_workbook_that_unpacks_out_of_proportion_is_refused(owner: Person) -> None:
    book = openpyxl.Workbook()
    file = io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"<sst>" + b" " * 90_000_000)
    with pytest.raises(InvalidSubmission, match="out of proportion"):
        store.add(
            ContentFile(file.getvalue(), "bomb.xlsx"),
            organization=owner.organization,
            owner=owner.user,
        )


@contextmanager
def rewritten(change: Callable[[str, bytes], bytes]) -> Iterator[IO[bytes]]:
    """Give a workbook whose parts were changed."""
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    with tempfile.TemporaryFile() as made:
        with zipfile.ZipFile(file) as whole, zipfile.ZipFile(made, "w") as archive:
            for name in whole.namelist():
                archive.writestr(name, change(name, whole.read(name)))
        yield made


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_with_a_broken_part_is_refused(part: str) -> None:
    with (
        rewritten(lambda name, content: b"<worksheet><<" if name == part else content) as broken,
        pytest.raises(NoTable, match="damaged"),
        workbooks.opened(broken, "") as (rows, _),
    ):
        list(rows)


def test_a_workbook_of_styles_without_end_takes_the_memory_of_its_process_alone(
    settings: Any,
) -> None:
    settings.DOCUMENT_READER_MEMORY = 60_000_000
    styles = b"<xf/>" * 100_000 + b"</cellXfs>"
    with (
        rewritten(lambda _, content: content.replace(b"</cellXfs>", styles)) as heavy,
        pytest.raises(NoTable, match="more memory"),
        workbooks.opened(heavy, "") as (rows, _),
    ):
        list(rows)
