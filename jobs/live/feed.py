"""The event feed: the logs of all of a caller's jobs in one order, readable from a cursor.

Entries are ordered by id. An id is drawn before its entry is committed, so a lower id may appear
after a higher one was read. A cursor therefore contains the newest id and the gaps below it: ids
that were missing. They are looked up again until every transaction that may have drawn them has
ended. See docs/decisions/0011-gap-aware-cursor.md.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from django.db import connection
from django.db.models import F, Q, QuerySet

from jobs.models import Job, JobEvent

PAGE_SIZE = 500
LOOK_BACK_IDS = 20_000
"""Gaps are searched for among this many ids below the newest one."""
MAX_CURSOR_GAPS = 20
"""The text of a cursor contains at most this many gaps, the newest ones."""
TEXT = re.compile(r"(\d{1,18})(?:-(\d{1,18}:\d{1,18}(?:\.\d{1,18}:\d{1,18}){0,19}))?")

GAPS = """
WITH newest AS (SELECT coalesce(max(id), 0) AS id FROM jobs_jobevent),
low AS (SELECT greatest(coalesce(%s, 0), id - %s) AS id FROM newest),
known AS (
    SELECT id, lag(id, 1, (SELECT id FROM low)) OVER (ORDER BY id) AS previous
    FROM jobs_jobevent
    WHERE id > (SELECT id FROM low) AND id <= (SELECT id FROM newest)
)
SELECT newest.id,
    pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
    pg_current_xact_id_if_assigned() IS NULL,
    ARRAY(SELECT previous + 1 FROM known WHERE previous + 1 < id ORDER BY id),
    ARRAY(SELECT id - 1 FROM known WHERE previous + 1 < id ORDER BY id)
FROM newest
"""
NEXT_TRANSACTION = "SELECT pg_current_xact_id()::text::bigint"
"""The id of a new transaction, which is above the id of every transaction that has drawn an event
id by then. The upper end of a snapshot would not do: running transactions may be above it."""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A range of ids that were missing, both ends included."""

    first: int
    last: int
    settled_at: int | None = None
    """Once no transaction older than this one is running, the missing ids will never appear."""

    def within(self, first: int, last: int) -> "Iterator[Gap]":
        """Yield the part of the gap between two ids, both included, if there is one."""
        low, high = max(self.first, first), min(self.last, last)
        if low <= high:
            yield replace(self, first=low, last=high)

    def without(self, number: int) -> "Iterator[Gap]":
        """Yield what is left of the gap after one id has appeared."""
        yield from self.within(self.first, number - 1)
        yield from self.within(number + 1, self.last)


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The position of a reader: everything up to `last` is read, except the gaps."""

    last: int
    gaps: tuple[Gap, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Parse the text of a cursor; `None` if it is not valid."""
        match = TEXT.fullmatch(text)
        if match is None:
            return None
        pairs = [pair.split(":") for pair in (match[2] or "").split(".") if pair]
        gaps = [Gap(first=int(first), last=int(last)) for first, last in pairs]
        return cls(last=int(match[1]), gaps=tuple(gaps))

    def __str__(self) -> str:
        gaps = ".".join(f"{gap.first}:{gap.last}" for gap in self.gaps[-MAX_CURSOR_GAPS:])
        return f"{self.last}-{gaps}" if gaps else str(self.last)

    def after(self, number: int, found: Sequence[Gap]) -> "Cursor":
        """Return the cursor after one more entry; `found` are the gaps of the current query."""
        new = (part for gap in found for part in gap.within(self.last + 1, number - 1))
        left = (part for gap in self.gaps for part in gap.without(number))
        return Cursor(last=max(self.last, number), gaps=(*left, *new))


@dataclass(frozen=True, kw_only=True)
class FeedEntry:
    """An event, and the cursor after it."""

    event: JobEvent
    type: str
    cursor: Cursor


@dataclass(frozen=True, kw_only=True)
class FeedPage:
    """The next entries, and the cursor after them."""

    entries: list[FeedEntry]
    cursor: Cursor
    has_more: bool


@dataclass(frozen=True, kw_only=True)
class _LogState:
    newest: int
    oldest_running: int
    next_transaction: int | None
    """A transaction that began after all that had drawn an id; `None` if no id was missing, or if
    it cannot be determined."""
    gaps: list[Gap]


def end() -> Cursor:
    """Return the cursor after the newest entry."""
    state = _read_state(None)
    return Cursor(last=state.newest, gaps=tuple(state.gaps))


def resume(text: str) -> Cursor | None:
    """Parse a cursor; `None` if it is not valid, or beyond the newest entry.

    A cursor beyond the newest entry comes from another installation, or from before the database
    was restored, or all of its entries are purged. A reader that resumed there would receive
    nothing for a long time.
    """
    cursor = Cursor.parse(text)
    return cursor if cursor is not None and cursor.last <= _read_state(cursor.last).newest else None


def read(jobs: QuerySet[Job], cursor: Cursor) -> FeedPage:
    """Read the log entries of some jobs after a cursor, at most `PAGE_SIZE`."""
    # Gaps first, entries second: an entry that is committed in between is read now, never missed.
    state = _read_state(cursor.last, untimed=any(gap.settled_at is None for gap in cursor.gaps))
    condition = Q(id__gt=cursor.last, id__lte=state.newest)
    for gap in cursor.gaps:
        condition |= Q(id__gte=gap.first, id__lte=gap.last)
    rows = JobEvent.objects.filter(condition, job__in=jobs).annotate(type=F("job__type"))
    entries = []
    position = _drop_settled_gaps(cursor, state)
    for event in rows.order_by("id")[:PAGE_SIZE]:
        position = position.after(event.pk, state.gaps)
        entries.append(FeedEntry(event=event, type=event.type, cursor=position))
    has_more = len(entries) == PAGE_SIZE
    if not has_more:
        last = max(position.last, state.newest)
        position = replace(position.after(state.newest + 1, state.gaps), last=last)
    return FeedPage(entries=entries, cursor=position, has_more=has_more)


def _drop_settled_gaps(cursor: Cursor, state: _LogState) -> Cursor:
    """Drop gaps that will stay empty. A gap of a parsed cursor is timed from now on."""
    gaps = []
    for gap in cursor.gaps:
        settled_at = state.next_transaction if gap.settled_at is None else gap.settled_at
        if settled_at is None or settled_at > state.oldest_running:
            gaps.append(replace(gap, settled_at=settled_at))
    return Cursor(last=cursor.last, gaps=tuple(gaps))


def _read_state(after: int | None, *, untimed: bool = False) -> _LogState:
    with connection.cursor() as sql:
        sql.execute(GAPS, [after, LOOK_BACK_IDS])
        newest, oldest_running, has_no_id, firsts, lasts = sql.fetchone()
        next_transaction = None
        if has_no_id and (firsts or untimed):  # uses up a transaction id, so not at every read
            sql.execute(NEXT_TRANSACTION)
            [next_transaction] = sql.fetchone()
    gaps = [
        Gap(first=first, last=last, settled_at=next_transaction)
        for first, last in zip(firsts, lasts, strict=True)
    ]
    return _LogState(
        newest=newest, oldest_running=oldest_running, next_transaction=next_transaction, gaps=gaps
    )
