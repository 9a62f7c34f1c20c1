"""A batch stores only the jobs that do not exist yet."""

from jobs import Unique
from jobs.dispatch import after_end
from tests.jobs.submission.unique_jobs import BY_INPUT, submit, submit_all
from tests.people import Person


def test_a_batch_stores_only_what_does_not_exist(owner: Person) -> None:
    first = submit(owner, Unique(key="a"))
    batch = submit_all(owner, *(Unique(key=key) for key in "abcb"), None, None)
    stored = dict(batch.jobs.values_list("unique_key", "pk"))
    assert (batch.total, batch.jobs.count()) == (4, 4)
    assert batch.found == {0: first.pk, 3: stored["b"]}


def test_an_earlier_job_of_a_batch_matches_only_in_its_state(owner: Person) -> None:
    completed = Unique(key="a", states=["completed"])
    assert submit_all(owner, completed, completed, Unique(key="a")).found.keys() == {2}


def test_a_batch_of_existing_jobs_ends_at_once(owner: Person) -> None:
    submit(owner)
    batch = submit_all(owner, BY_INPUT, BY_INPUT)
    assert (batch.total, len(batch.found)) == (0, 2)
    after_end.sweep()
    batch.refresh_from_db()
    assert batch.finished_at is not None
