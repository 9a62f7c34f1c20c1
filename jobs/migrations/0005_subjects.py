"""An index for the filter by subject; jobs without a subject are not in it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False  # an index cannot be made concurrently within a transaction

    dependencies = [("jobs", "0004_schedule_policies")]

    operations = [
        AddIndexConcurrently("Job", models.Index(
            fields=["organization", "subject", "-created_at"],
            name="job_of_subject", condition=~Q(subject=""),
        )),
    ]
