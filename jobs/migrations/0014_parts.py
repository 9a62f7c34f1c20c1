"""Parts of split jobs: `parent` and `part_number` on the job replace `gathered_by` on the batch.

The new columns are null, so adding them changes only the catalog, and their foreign key needs no
check. Existing parts are filled in batches, each in its own transaction, and the indexes are
created concurrently: no statement locks the table for long. Row level security is unaffected: the
policies do not refer to these columns, and a request cannot make parts.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

MAX_FILLED_BATCHES = 100
"""Batches of parts per transaction."""
FILL = """
WITH chosen AS (
    SELECT id, gathered_by_id FROM jobs_batch
    WHERE gathered_by_id IS NOT NULL AND id > %s ORDER BY id LIMIT %s
), filled AS (
    UPDATE jobs_job SET parent_id = gathered_by_id, part_number = (labels->>'part')::integer
    FROM chosen WHERE batch_id = chosen.id
)
SELECT id FROM chosen ORDER BY id DESC LIMIT 1
"""
EMPTY = """
WITH chosen AS (
    SELECT DISTINCT batch_id AS id, parent_id FROM jobs_job
    WHERE parent_id IS NOT NULL AND batch_id > %s ORDER BY batch_id LIMIT %s
), emptied AS (
    UPDATE jobs_batch SET gathered_by_id = parent_id FROM chosen WHERE jobs_batch.id = chosen.id
)
SELECT id FROM chosen ORDER BY id DESC LIMIT 1
"""
UNIQUE = models.UniqueConstraint(
    fields=["parent", "part_number"], name="one_part_each", condition=Q(parent__isnull=False)
)
DROP_UNIQUE = "DROP INDEX CONCURRENTLY IF EXISTS one_part_each"
CREATE_UNIQUE = (
    "CREATE UNIQUE INDEX CONCURRENTLY one_part_each ON jobs_job (parent_id, part_number) "
    "WHERE parent_id IS NOT NULL"
)


def repeat(statement, schema_editor):
    """Run a statement until it returns no further ID. The editor commits each run."""
    last = "00000000-0000-0000-0000-000000000000"
    with schema_editor.connection.cursor() as cursor:
        while last is not None:
            cursor.execute(statement, [last, MAX_FILLED_BATCHES])
            row = cursor.fetchone()
            last = row[0] if row else None


def fill(apps, schema_editor):
    repeat(FILL, schema_editor)


def empty(apps, schema_editor):
    repeat(EMPTY, schema_editor)


class Migration(migrations.Migration):
    atomic = False  # indexes are created concurrently, and each batch is committed

    dependencies = [("jobs", "0013_vocabulary")]

    operations = [
        migrations.AddField(
            "Job",
            "parent",
            models.ForeignKey(
                "jobs.Job",
                db_index=False,
                help_text="The split job that this job is a part of.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="parts",
            ),
        ),
        migrations.AddField(
            "Job",
            "part_number",
            models.IntegerField(help_text="Number of this part, from 1.", null=True),
        ),
        migrations.RunPython(fill, empty),
        # Dropped before it is created: an interrupted run leaves an index that is not valid.
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL([DROP_UNIQUE, CREATE_UNIQUE], [DROP_UNIQUE])],
            state_operations=[migrations.AddConstraint("Job", UNIQUE)],
        ),
        AddIndexConcurrently(
            "Job",
            models.Index(
                fields=["parent"],
                name="job_active_parts",
                condition=Q(
                    parent__isnull=False,
                    state__in=["pending", "running", "scheduled", "waiting"],
                ),
            ),
        ),
        migrations.RemoveField("Batch", "gathered_by"),
    ]
