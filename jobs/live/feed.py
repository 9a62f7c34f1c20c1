"""The logs of all of a caller's jobs as one timeline, to be read on from where one left off.

Entries are ordered by their ids. An id is drawn before its entry is committed, so a lower one may
appear after a higher one was read. A cursor therefore says, beside the newest id, which ids below
it were missing: these are looked for again, until every transaction has ended that may have drawn
them. See docs/decisions/0011-gap-aware-cursor.md.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from django.db import connection
from django.db.models import F, Q, QuerySet

from jobs.models import Job, JobEvent

PAGE = 500
"""Entries that are read at once."""
LOOK_BACK = 20_000
"""Ids below the newest one among which holes are looked for."""
MOST_HOLES = 20
"""Holes that a cursor names in a text; the newest ones."""
TEXT = re.compile(r"(\d{1,18})(?:-(\d{1,18}:\d{1,18}(?:\.\d{1,18}:\d{1,18}){0,19}))?")

HOLES = """
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
NEXT = "SELECT pg_current_xact_id()::text::bigint"
"""A number above that of every transaction that has drawn an id by then, in a transaction that has
none of its own yet. Where a snapshot ends would not do: ones that run may be above it."""


@dataclass(frozen=True, kw_only=True)
class Hole:
    """Ids that were missing, both ends included."""

    first: int
    last: int
    settled_at: int | None = None
    """Once no transaction older than this one runs, what is missing will never come."""

    def within(self, first: int, last: int) -> "Iterator[Hole]":
        """Give the part of it between two ids, both included, if there is one."""
        low, high = max(self.first, first), min(self.last, last)
        if low <= high:
            yield replace(self, first=low, last=high)

    def without(self, number: int) -> "Iterator[Hole]":
        """Give what is left when one id has come."""
        yield from self.within(self.first, number - 1)
        yield from self.within(number + 1, self.last)


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """Where a reader is: everything up to `last` is read, apart from the holes."""

    last: int
    holes: tuple[Hole, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a cursor's text; `None` if it is none."""
        found = TEXT.fullmatch(text)
        if found is None:
            return None
        pairs = [pair.split(":") for pair in (found[2] or "").split(".") if pair]
        holes = [Hole(first=int(first), last=int(last)) for first, last in pairs]
        return cls(last=int(found[1]), holes=tuple(holes))

    def __str__(self) -> str:
        named = ".".join(f"{hole.first}:{hole.last}" for hole in self.holes[-MOST_HOLES:])
        return f"{self.last}-{named}" if named else str(self.last)

    def after(self, number: int, found: Sequence[Hole]) -> "Cursor":
        """Give the cursor after one more entry; `found` are the holes that were looked for."""
        new = (part for hole in found for part in hole.within(self.last + 1, number - 1))
        left = (part for hole in self.holes for part in hole.without(number))
        return Cursor(last=max(self.last, number), holes=(*left, *new))


@dataclass(frozen=True, kw_only=True)
class Told:
    """An entry, and the cursor of whoever has read it."""

    entry: JobEvent
    type: str
    cursor: Cursor


@dataclass(frozen=True, kw_only=True)
class Page:
    """The next entries, and where to go on."""

    told: list[Told]
    cursor: Cursor
    more: bool


@dataclass(frozen=True, kw_only=True)
class _Look:
    newest: int
    oldest_running: int
    next: int | None
    """A transaction that began later than all that had drawn an id; `None` if nothing was missing,
    or if there is no telling."""
    holes: list[Hole]


def end() -> Cursor:
    """Give the cursor of somebody who has read everything."""
    look = _look(None)
    return Cursor(last=look.newest, holes=tuple(look.holes))


def resume(text: str) -> Cursor | None:
    """Give the cursor that a text says; `None` if it is none, or beyond all that there is.

    Such a one is of another installation, from before its database was restored, or all that it
    knew is purged: whoever went on from there would be told nothing for a long time.
    """
    cursor = Cursor.parse(text)
    return cursor if cursor is not None and cursor.last <= _look(cursor.last).newest else None


def read(jobs: QuerySet[Job], cursor: Cursor) -> Page:
    """Read what has come to the logs of some jobs since a cursor, `PAGE` entries at most."""
    # Holes first, entries second: what is committed in between is read now, and never missed.
    look = _look(cursor.last, untimed=any(hole.settled_at is None for hole in cursor.holes))
    wanted = Q(id__gt=cursor.last, id__lte=look.newest)
    for hole in cursor.holes:
        wanted |= Q(id__gte=hole.first, id__lte=hole.last)
    rows = JobEvent.objects.filter(wanted, job__in=jobs).annotate(type=F("job__type"))
    told = []
    at = _without_settled(cursor, look)
    for entry in rows.order_by("id")[:PAGE]:
        at = at.after(entry.pk, look.holes)
        told.append(Told(entry=entry, type=entry.type, cursor=at))
    more = len(told) == PAGE
    if not more:
        at = replace(at.after(look.newest + 1, look.holes), last=max(at.last, look.newest))
    return Page(told=told, cursor=at, more=more)


def _without_settled(cursor: Cursor, look: _Look) -> Cursor:
    """Forget holes that stay empty; a hole of a cursor that came as a text is timed from now on."""
    holes = []
    for hole in cursor.holes:
        settled_at = look.next if hole.settled_at is None else hole.settled_at
        if settled_at is None or settled_at > look.oldest_running:
            holes.append(replace(hole, settled_at=settled_at))
    return Cursor(last=cursor.last, holes=tuple(holes))


def _look(after: int | None, *, untimed: bool = False) -> _Look:
    with connection.cursor() as sql:
        sql.execute(HOLES, [after, LOOK_BACK])
        newest, oldest_running, unnumbered, firsts, lasts = sql.fetchone()
        next_one = None
        if unnumbered and (firsts or untimed):  # a number is used up: not for every look
            sql.execute(NEXT)
            [next_one] = sql.fetchone()
    holes = [
        Hole(first=first, last=last, settled_at=next_one)
        for first, last in zip(firsts, lasts, strict=True)
    ]
    return _Look(newest=newest, oldest_running=oldest_running, next=next_one, holes=holes)
