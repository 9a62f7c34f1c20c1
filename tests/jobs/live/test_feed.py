"""The event feed of a caller misses no entry and repeats none."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from jobs import testing
from jobs.live import feed
from jobs.live.feed import Cursor
from jobs.models import Job
from jobs.models.tenants import Organization
from tests.jobs.sessions import Session
from tests.people import Person, make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person() -> Person:
    return make_person("olga", Organization.objects.create(name="Acme", slug="acme"))


@pytest.fixture
def sessions() -> Iterator[tuple[Session, Session]]:
    both = Session(), Session()
    yield both
    for session in both:
        session.close()


def make(person: Person) -> Job:
    return testing.make("echo", {}, owner=person.user, organization=person.organization)


def read(cursor: Cursor) -> tuple[list[Any], Cursor]:
    page = feed.read(Job.objects.all(), cursor)
    return [entry.event.job_id for entry in page.entries], page.cursor


def test_an_entry_that_is_committed_late_is_read_once(
    person: Person, sessions: tuple[Session, Session]
) -> None:
    slow, quick = sessions
    begin = feed.end()
    open_transaction = transaction.atomic()
    slow.do(open_transaction.__enter__)
    late = slow.do(lambda: make(person))
    early = quick.do(lambda: make(person))
    page = feed.read(Job.objects.all(), begin)
    assert [entry.event.job_id for entry in page.entries] == [early.pk]
    # one goes on, another returns with the last cursor it received
    returned = Cursor.parse(str(page.entries[-1].cursor))
    assert returned is not None
    assert read(page.cursor)[0] == []
    slow.do(lambda: open_transaction.__exit__(None, None, None))
    for cursor in (page.cursor, returned):
        found, after = read(cursor)
        assert found == [late.pk]
        assert read(after)[0] == []


def test_an_entry_of_a_transaction_with_a_higher_number_is_read(
    person: Person, sessions: tuple[Session, Session]
) -> None:
    slow, quick = sessions
    begin = feed.end()
    slow_commit, quick_commit = transaction.atomic(), transaction.atomic()
    quick.do(quick_commit.__enter__)
    quick.do(lambda: Organization.objects.update(name="Acme & Co"))  # the lower number ...
    slow.do(slow_commit.__enter__)
    late = slow.do(lambda: make(person))
    early = quick.do(lambda: make(person))  # ... and the higher id
    quick.do(lambda: quick_commit.__exit__(None, None, None))
    found, cursor = read(begin)
    assert found == [early.pk]
    _, cursor = read(cursor)
    slow.do(lambda: slow_commit.__exit__(None, None, None))
    assert read(cursor)[0] == [late.pk]


def test_gaps_that_stay_empty_are_forgotten(
    person: Person, sessions: tuple[Session, Session]
) -> None:
    slow, _ = sessions
    begin = feed.end()

    def in_vain() -> None:
        with transaction.atomic():
            make(person)
            transaction.set_rollback(True)

    slow.do(in_vain)
    make(person)
    _, cursor = read(begin)
    assert len(cursor.gaps) == 1
    deadline = time.monotonic() + 60
    while cursor.gaps:  # transactions go on; one of the server's own may be older
        assert time.monotonic() < deadline
        make(person)
        _, cursor = read(cursor)


def test_a_cursor_works_in_the_middle_of_a_page(person: Person) -> None:
    begin = feed.end()
    jobs = [make(person).pk for _ in range(4)]
    page = feed.read(Job.objects.all(), begin)
    for position, entry in enumerate(page.entries):
        returned = Cursor.parse(str(entry.cursor))
        assert returned is not None
        assert read(returned)[0] == jobs[position + 1 :]


def test_jobs_of_another_caller_are_not_read(person: Person) -> None:
    begin = feed.end()
    make(person)
    assert feed.read(Job.objects.none(), begin).entries == []


def test_a_cursor_beyond_the_newest_entry_is_not_valid(person: Person) -> None:
    make(person)
    newest = feed.end().last
    assert feed.resume(str(newest)) == Cursor(last=newest)
    assert feed.resume(str(newest + 1)) is None
    assert feed.resume("x") is None


@pytest.mark.parametrize(
    "text", ["", "x", "-1", "1-", "1-2", "1-2:3.", "9" * 19, "1-" + "1:1." * 30]
)
def test_a_malformed_cursor_is_not_valid(text: str) -> None:
    assert Cursor.parse(text) is None
