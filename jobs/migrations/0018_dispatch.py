"""Dispatch in PostgreSQL: the order of pending jobs, and functions that claim, complete and publish.

New columns have constant defaults, so adding them changes only the catalog. Indexes are created
concurrently. Functions have a version in their name: processes of two releases can run side by side
during a deployment, each with its own functions.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

from jobs.migrations._dispatch_v1 import DROP_START_TAG, FUNCTIONS, LINE_AHEAD, SET_START_TAG

READY = Q(blocked_by="", state="pending")


class Migration(migrations.Migration):
    atomic = False  # an index cannot be made concurrently within a transaction

    dependencies = [("jobs", "0017_unique")]

    operations = [
        migrations.AddField("Organization", "weight", models.FloatField(
            default=1.0, db_default=1.0,
            help_text="Share of the workers, relative to other organizations that wait.",
        )),
        migrations.AddConstraint("Organization", models.CheckConstraint(
            condition=Q(weight__gt=0), name="weight_positive"
        )),
        migrations.AddField("Job", "start_tag", models.FloatField(
            default=0.0, db_default=0.0, editable=False,
            help_text="Place in line: the start tag of start-time fair queueing.",
        )),
        migrations.AddField("Job", "blocked_by", models.TextField(
            blank=True, default="", db_default="", editable=False,
            help_text="The full limit or the pause that keeps it out of the line.",
        )),
        migrations.AddField("Job", "limit_keys", ArrayField(
            models.TextField(), default=list, db_default=[], blank=True,
            help_text="The limits at run time that it counts against.",
        )),
        migrations.CreateModel("RateWindow", [
            ("key", models.TextField(primary_key=True, serialize=False)),
            ("starts", ArrayField(models.DateTimeField(), help_text="The newest starts.")),
        ]),
        AddIndexConcurrently("Job", models.Index(
            "queue", models.F("priority").desc(), "start_tag", "id", name="job_line", condition=READY
        )),
        AddIndexConcurrently("Job", models.Index(
            fields=["organization", "queue", "priority", "start_tag"],
            name="job_line_of_tenant", condition=READY,
        )),
        AddIndexConcurrently("Job", models.Index(
            "blocked_by", models.F("priority").desc(), "start_tag", "id", name="job_blocked",
            condition=Q(state="pending") & ~Q(blocked_by=""),
        )),
        AddIndexConcurrently("Job", models.Index(
            fields=["queue"], name="job_published",
            condition=Q(published_at__isnull=False, state="pending"),
        )),
        RemoveIndexConcurrently("Job", "job_pending"),
        # Without an index on the lease, its renewal is a heap-only update.
        RemoveIndexConcurrently("Job", "job_running"),
        AddIndexConcurrently("Job", models.Index(
            fields=["queue"], name="job_running", condition=Q(state="running")
        )),
        migrations.RunSQL(SET_START_TAG, DROP_START_TAG),
        *(
            migrations.RunSQL(create, f"DROP FUNCTION {name}")
            for name, create in FUNCTIONS.items()
        ),
        migrations.RunSQL(LINE_AHEAD, migrations.RunSQL.noop),
    ]
