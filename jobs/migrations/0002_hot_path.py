"""Cheaper submissions: fewer and smaller indexes on jobs, and `jobs_submit_v2`.

The indexes for label filters and for the text search contain ended jobs only: active jobs are few,
and each one was indexed three times until it ended. New indexes are created before the old ones are
dropped, all concurrently.
"""

import django.db.models.deletion
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

from jobs.migrations._dispatch_v2 import SUBMIT

WORDS = models.Func(models.Func(models.F('message'), template="to_tsvector('simple'::regconfig, %(expressions)s)"), models.Func(models.F('error'), template='coalesce(jsonb_to_tsvector(\'simple\'::regconfig, %(expressions)s, \'["string"]\'), \'\'::tsvector)'), models.Func(models.F('labels'), template='jsonb_to_tsvector(\'simple\'::regconfig, %(expressions)s, \'["string", "key"]\')'), arg_joiner=' || ', template='(%(expressions)s)')
ENDED = Q(state__in=["cancelled", "completed", "failed"])
INDEX_OF_BATCH = """
SELECT indexrelid::regclass FROM pg_index
WHERE indrelid = 'jobs_job'::regclass AND indpred IS NULL AND indkey::text = (
    SELECT attnum::text FROM pg_attribute
    WHERE attrelid = 'jobs_job'::regclass AND attname = 'batch_id'
)
"""
"""Finds the index that Django made for the foreign key, by its column: its name is generated."""


def drop_index_of_batch(apps, schema_editor):
    for name in _find_index(schema_editor):
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def make_index_of_batch(apps, schema_editor):
    for name in _find_index(schema_editor):  # an interrupted run leaves one that is not valid
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
    schema_editor.execute("CREATE INDEX CONCURRENTLY jobs_job_batch_id_07220695 ON jobs_job (batch_id)")


def _find_index(schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(INDEX_OF_BATCH)
        return [name for (name,) in cursor.fetchall()]


class Migration(migrations.Migration):
    atomic = False  # an index cannot be made concurrently within a transaction

    dependencies = [("jobs", "0001_squashed_0019_paused_workers")]

    operations = [
        AddIndexConcurrently("Job", GinIndex(
            fields=["labels"], name="job_ended_labels", opclasses=["jsonb_path_ops"], condition=ENDED,
        )),
        AddIndexConcurrently("Job", GinIndex(WORDS, name="job_ended_words", condition=ENDED)),
        AddIndexConcurrently("Job", models.Index(fields=["owner"], name="job_owner")),
        AddIndexConcurrently("Job", models.Index(
            fields=["batch"], name="job_of_batch", condition=Q(batch__isnull=False)
        )),
        RemoveIndexConcurrently("Job", "job_labels"),
        RemoveIndexConcurrently("Job", "job_words"),
        RemoveIndexConcurrently("Job", "job_of_owner"),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_index_of_batch, make_index_of_batch)],
            state_operations=[migrations.AlterField("Job", "batch", models.ForeignKey(
                "jobs.batch", null=True, on_delete=django.db.models.deletion.SET_NULL,
                related_name="jobs", db_index=False,
            ))],
        ),
        migrations.RunSQL(SUBMIT, "DROP FUNCTION jobs_submit_v2"),
    ]
