"""Keys of unique and debounced jobs. The columns are null, and the indexes contain only keys."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index cannot be made concurrently within a transaction

    dependencies = [("jobs", "0016_dead_letters")]

    operations = [
        migrations.AddField(
            "Job",
            "unique_key",
            models.CharField(
                help_text="Key by which a unique submission finds it.", max_length=200, null=True
            ),
        ),
        migrations.AddField(
            "Job",
            "debounce_key",
            models.CharField(
                help_text="Key by which a debounced submission finds it.", max_length=200, null=True
            ),
        ),
        AddIndexConcurrently(
            "Job",
            models.Index(
                fields=["organization", "type", "unique_key", "state", "created_at"],
                name="job_unique",
                condition=models.Q(unique_key__isnull=False),
            ),
        ),
        AddIndexConcurrently(
            "Job",
            models.Index(
                fields=["organization", "type", "debounce_key"],
                name="job_debounced",
                condition=models.Q(debounce_key__isnull=False, state__in=["pending", "scheduled"]),
            ),
        ),
    ]
