"""Drops indexes that a unique constraint makes needless: it begins with the same column."""

from django.conf import settings
from django.db import migrations, models


def drop(model, field, index, to, **options):
    """Drop the index of a foreign key, locking nobody out; backwards make it in the same way."""
    key = models.ForeignKey(to, on_delete=models.CASCADE, db_index=False, **options)
    dropped = f"DROP INDEX CONCURRENTLY IF EXISTS {index}"
    made = f"CREATE INDEX CONCURRENTLY {index} ON jobs_{model.lower()} ({field}_id)"
    return migrations.SeparateDatabaseAndState(
        # dropped before it is made: what was interrupted leaves an index that is not valid
        database_operations=[migrations.RunSQL([dropped], [dropped, made])],
        state_operations=[migrations.AlterField(model, field, key)],
    )


class Migration(migrations.Migration):
    atomic = False  # nothing is dropped or made concurrently within a transaction

    dependencies = [
        ("jobs", "0007_parts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        drop("JobEvent", "job", "jobs_jobevent_job_id_79067df7", "jobs.job", related_name="events"),
        drop("JobStep", "job", "jobs_jobstep_job_id_dccb215d", "jobs.job", related_name="steps"),
        drop(
            "Dependency",
            "job",
            "jobs_dependency_job_id_482469db",
            "jobs.job",
            related_name="dependencies",
        ),
        drop(
            "KeptAnswer",
            "organization",
            "jobs_keptanswer_organization_id_47658ec6",
            "jobs.organization",
            related_name="+",
        ),
        drop(
            "Membership",
            "user",
            "jobs_membership_user_id_cfe80136",
            settings.AUTH_USER_MODEL,
            related_name="memberships",
        ),
        drop(
            "Schedule",
            "organization",
            "jobs_schedule_organization_id_d0496df6",
            "jobs.organization",
            related_name="schedules",
        ),
        drop(
            "Firing",
            "schedule",
            "jobs_firing_schedule_id_867f68ad",
            "jobs.schedule",
            related_name="firings",
        ),
    ]
