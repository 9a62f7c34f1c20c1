"""Hostile tables are read within bounds or refused, and nothing in them is executed."""

import resource
from collections.abc import Callable, Iterator

import pytest
from markdown_it import MarkdownIt

from documents import store
from documents.models import Document
from jobs import testing
from jobs.models import Job
from reports.data.tables import grids
from reports.data.tables.grids import MAX_COLUMNS, NoTable, gather
from tests.reports.data.given import csv


def test_a_formula_stays_text(ask: Callable[..., Job]) -> None:
    cell = '=HYPERLINK("http://evil.example","x")'
    rows = [{"name": cell, "n": 1}, {"name": "@SUM(1+1)*cmd|' /C calc'!A0", "n": 2}]
    job = ask("total n by name", rows=rows)
    assert job.state == "completed", job.error
    assert cell in [row["x"] for row in job.output["widgets"][0]["spec"]["data"]["values"]]


def test_a_cell_adds_no_markup_to_the_answer(ask: Callable[..., Job]) -> None:
    rows = [{"name": "[Pay here](http://evil.example)", "n": 1}, {"name": "*b*", "n": 2}]
    job = ask("total n by name", rows=rows)
    assert job.state == "completed", job.error
    shown = MarkdownIt().render(job.output["answer"])
    assert "<a" not in shown
    assert "<em>" not in shown
    assert "[Pay here](http://evil.example)" in shown


def test_a_cell_of_a_million_characters_is_cut_with_a_note() -> None:
    read = csv(f"a,b\n{'x' * 1_000_000},1\n")
    assert len(str(read.columns[0].values[0])) == grids.MAX_CELL_CHARACTERS
    assert "were cut" in read.notes[0]


def test_the_error_names_an_open_quotation_mark() -> None:
    with pytest.raises(NoTable, match="unclosed quotation mark"):
        csv('a,b\n"' + "x,1\n" * 1_100_000)


def test_twenty_thousand_columns_are_clipped_with_a_note() -> None:
    wide = ",".join(f"c{n}" for n in range(20_000))
    read = csv(f"{wide}\n{wide.replace('c', '')}\n")
    assert len(read.columns) == MAX_COLUMNS
    assert f"first {MAX_COLUMNS} columns" in read.notes[0]


def test_ragged_rows_are_filled_and_clipped_with_a_note() -> None:
    body = "x,1\n" * 60
    read = csv(f"a,b\n{body}y\nz,2,3,4\n")
    assert (read.rows, read.columns[1].values[60], read.columns[1].values[61]) == (62, None, 2)
    assert "beyond the last column" in read.notes[0]


def test_characters_that_no_database_holds_are_dropped() -> None:
    read = csv("\ufeffa\x00,b\nx\x00y,1\n")
    assert (read.columns[0].name, read.columns[0].values[0]) == ("a", "xy")


def test_endless_rows_end_at_the_limit() -> None:
    def rows() -> Iterator[list[str]]:
        yield ["n"]
        while True:
            yield ["1"]

    counts: list[int] = []
    grid = gather(rows(), counts.append)
    assert grid.rows == grids.MAX_ROWS
    assert "has more" in grid.notes[0]
    assert counts == sorted(counts)
    assert len(counts) >= 50, "whoever cancels the job is heard while it reads"


def test_a_table_of_many_cells_stays_within_its_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line = ";".join(f"{n},25" for n in range(40))
    read = csv(f"{';'.join(f'c{n}' for n in range(40))}\n" + f"{line}\n" * 60_000)
    assert read.rows == grids.MAX_CELLS // 40
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 400_000, f"{grown} KB"


def test_a_removed_document_fails_the_job_with_not_found(
    order: Callable[..., Job], sales: Document
) -> None:
    job = order("total revenue", document=sales.pk)
    store.remove(sales)
    failed = testing.run(job)
    assert (failed.state, failed.error["code"]) == ("failed", "not_found")
