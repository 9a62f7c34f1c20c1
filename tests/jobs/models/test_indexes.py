"""No index is redundant: none is the prefix of another on the same table."""

import pytest
from django.db import connection

TWICE = """
SELECT one.indexrelid::regclass::text, other.indexrelid::regclass::text
FROM pg_index AS one JOIN pg_index AS other USING (indrelid)
WHERE indrelid::regclass::text LIKE 'jobs%' AND one.indexrelid <> other.indexrelid
    AND NOT one.indisunique AND one.indexprs IS NULL
    AND one.indpred IS NULL AND other.indpred IS NULL
    AND starts_with(other.indkey::text || ' ', one.indkey::text || ' ')
    AND starts_with(other.indclass::text || ' ', one.indclass::text || ' ')
"""


@pytest.mark.django_db
def test_no_index_is_the_prefix_of_another() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX jobs_again ON jobs_jobevent (job_id)")
        cursor.execute(TWICE)
        assert cursor.fetchall() == [("jobs_again", "one_number_each")]
