"""Parallel submissions with one key store one job."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from jobs import Unique
from jobs.models import Job
from jobs.submission import uniqueness
from tests.jobs.submission.unique_jobs import submit, submit_all
from tests.people import Person


def in_parallel(work: Callable[[int], Any], times: int) -> list[Any]:
    def run(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.django_db(transaction=True)
def test_parallel_submissions_store_one_job(owner: Person) -> None:
    found = in_parallel(lambda _: submit(owner), 100)
    assert Job.objects.count() == 1
    assert len({job.pk for job in found}) == 1
    assert sum(not job.is_found for job in found) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("max_key_locks", [50, 2])
def test_parallel_batches_and_submissions_store_each_key_once(
    owner: Person, max_key_locks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uniqueness, "MAX_KEY_LOCKS", max_key_locks)
    keys = [Unique(key=str(number)) for number in range(5)]

    def work(number: int) -> None:
        if number % 2:
            submit(owner, keys[number % 5])
        else:
            submit_all(owner, *(keys if number % 4 else reversed(keys)))

    in_parallel(work, 40)
    stored = Job.objects.order_by("unique_key").values_list("unique_key", flat=True)
    assert list(stored) == list("01234")
