"""Names: models, columns, an index, constraints and a function get the words of the documentation.

Every operation changes only the catalog, so none depends on the number of rows; each takes a short
exclusive lock. PostgreSQL refers to tables and columns by number: row level security policies,
grants, foreign keys, indexes and check constraints follow a rename by themselves. The names of
primary keys, sequences and foreign key constraints stay. Processes of the previous version fail
with "column does not exist" until they are restarted: stop them before you migrate.

Entries of the event log and snapshots of deliveries keep the old names of columns in their JSON.
"""

from django.db import migrations, models

STORE_DELIVERIES = """
CREATE FUNCTION {name}(the_kind text, the_tenant uuid, the_subject uuid, the_event text)
RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_variable
DECLARE
    the_row jsonb;
    the_url text := '';
    how_many integer;
BEGIN
    IF NOT EXISTS (
        SELECT FROM jobs_webhook
        WHERE organization_id = the_tenant AND disabled_at IS NULL AND deleted_at IS NULL
    ) THEN
        RETURN 0;
    END IF;
    IF the_kind = 'batch.completed' THEN
        SELECT to_jsonb(batch) INTO the_row FROM jobs_batch AS batch WHERE batch.id = the_subject;
    ELSE
        SELECT to_jsonb(job), job.webhook_url INTO the_row, the_url
        FROM jobs_job AS job WHERE job.id = the_subject;
    END IF;
    INSERT INTO jobs_delivery
        (id, webhook_id, event_id, type, url, snapshot, attempts, {column}, next_at, created_at)
    SELECT gen_random_uuid(), webhook.id, the_event, the_kind,
        CASE WHEN webhook.url = '' THEN the_url ELSE '' END, the_row,
        0, 0, clock_timestamp(), clock_timestamp()
    FROM jobs_webhook AS webhook
    WHERE webhook.organization_id = the_tenant
        AND webhook.disabled_at IS NULL AND webhook.deleted_at IS NULL
        AND the_kind = ANY (webhook.events) AND (webhook.url <> '' OR the_url <> '')
    ON CONFLICT (webhook_id, event_id) DO NOTHING;
    GET DIAGNOSTICS how_many = ROW_COUNT;
    RETURN how_many;
END $$
"""
ARGUMENTS = "(text, uuid, uuid, text)"
NEW_FUNCTION = STORE_DELIVERIES.format(name="jobs_store_deliveries", column="uncounted_attempts")
OLD_FUNCTION = STORE_DELIVERIES.format(name="jobs_announce", column="excused")


def rename_constraint(model, old, new):
    """Rename a unique constraint in the database and in the state of `model`."""
    table = f"jobs_{model.lower()}"
    rename = "ALTER TABLE {} RENAME CONSTRAINT {} TO {}"
    fields = {
        "IdempotencyRecord": ("organization", "user", "key"),
        "ScheduleRun": ("schedule", "at"),
    }[model]
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(rename.format(table, old, new), rename.format(table, new, old))
        ],
        state_operations=[
            migrations.RemoveConstraint(model, old),
            migrations.AddConstraint(model, models.UniqueConstraint(fields=fields, name=new)),
        ],
    )


class Migration(migrations.Migration):

    dependencies = [("jobs", "0012_pauses")]

    operations = [
        migrations.RenameField("Job", "excused", "uncounted_attempts"),
        migrations.RenameField("Job", "awaited", "has_dependants"),
        # The state does not rename the column within constraints, as the database does.
        migrations.SeparateDatabaseAndState(
            database_operations=[],
            state_operations=[
                migrations.RemoveConstraint("Dependency", "one_dependency_each"),
                migrations.RemoveConstraint("Dependency", "not_on_itself"),
            ],
        ),
        migrations.RenameField("Dependency", "parent", "depends_on"),
        migrations.SeparateDatabaseAndState(
            database_operations=[],
            state_operations=[
                migrations.AddConstraint(
                    "Dependency",
                    models.UniqueConstraint(
                        fields=("job", "depends_on"), name="one_dependency_each"
                    ),
                ),
                migrations.AddConstraint(
                    "Dependency",
                    models.CheckConstraint(
                        condition=models.Q(("job", models.F("depends_on")), _negated=True),
                        name="not_on_itself",
                    ),
                ),
            ],
        ),
        migrations.RenameField("Schedule", "terms", "options"),
        migrations.RenameModel("Firing", "ScheduleRun"),
        rename_constraint("ScheduleRun", "fires_once", "one_run_each"),
        migrations.RenameModel("KeptAnswer", "IdempotencyRecord"),
        rename_constraint("IdempotencyRecord", "one_answer_a_key", "one_record_per_key"),
        migrations.RenameIndex(
            "IdempotencyRecord", old_name="answer_kept", new_name="idempotency_created"
        ),
        migrations.RenameModel("Tally", "RollupCursor"),
        migrations.AlterModelOptions("RollupCursor", {}),
        migrations.RenameField("RollupCursor", "counted", "rolled_up_id"),
        migrations.RenameField("RollupCursor", "seen", "seen_id"),
        migrations.RenameField("RollupCursor", "settled_at", "settled_at_xid"),
        migrations.RenameField("Webhook", "rests_until", "backoff_until"),
        migrations.RenameField("Delivery", "excused", "uncounted_attempts"),
        migrations.RunSQL(
            [NEW_FUNCTION, f"DROP FUNCTION jobs_announce{ARGUMENTS}"],
            [OLD_FUNCTION, f"DROP FUNCTION jobs_store_deliveries{ARGUMENTS}"],
        ),
    ]
