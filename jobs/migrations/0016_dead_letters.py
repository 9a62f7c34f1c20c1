"""Dismissed groups of failed jobs, and an index for failed jobs, made without a lock."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

import jobs.models.ids
from jobs.tenancy.rls_migrations import Isolate


class Migration(migrations.Migration):
    atomic = False  # an index cannot be made concurrently within a transaction

    dependencies = [("jobs", "0015_help_texts")]

    operations = [
        AddIndexConcurrently(
            "job",
            models.Index(
                condition=models.Q(("state", "failed")),
                fields=["organization", "-finished_at"],
                name="job_failed",
            ),
        ),
        migrations.CreateModel(
            name="DismissedFailure",
            fields=[
                ("id", models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("fingerprint", models.CharField(max_length=32)),
                ("actor", models.CharField(blank=True, default="", max_length=200)),
                ("dismissed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("organization", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="jobs.organization")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "fingerprint"), name="one_dismissal_each")
                ],
            },
        ),
        Isolate("jobs.DismissedFailure"),
    ]
