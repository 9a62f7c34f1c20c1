"""What `unique` costs: nothing without it, and one look into an index with it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs import Unique
from jobs.submission.submit import JobRequest, submit_batch, submit_job
from tests.jobs.submission.unique_jobs import DAY, submit, submit_all
from tests.people import Person


def test_a_submission_without_unique_runs_no_further_statement(owner: Person) -> None:
    request = JobRequest(type="echo", input={"text": "x"})
    mine = {"owner": owner.user, "organization": owner.organization}
    with CaptureQueriesContext(connection) as queries:
        submit_job("echo", {"text": "x"}, **mine)  # type: ignore[arg-type]
        submit_batch([request] * 3, **mine)  # type: ignore[arg-type]
    statements = [query["sql"].split()[0] for query in queries]
    assert statements[1:3] == ["SAVEPOINT", "INSERT"]  # of the batch
    assert len(statements) == 5


@pytest.mark.parametrize("period", [None, DAY])
def test_the_search_for_a_key_reads_the_index_of_keys(
    owner: Person, period: timedelta | None
) -> None:
    submit_all(owner, *(Unique(key=str(number)) for number in range(300)))
    submit_all(owner, *[None] * 300)
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as queries:
        cursor.execute("ANALYZE jobs_job")
        submit(owner, Unique(key="unknown", period=period))
        [search] = [query["sql"] for query in queries if "json_to_recordset" in query["sql"]]
        cursor.execute("EXPLAIN " + search.rsplit(";", maxsplit=1)[1])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "job_unique" in plan, plan
