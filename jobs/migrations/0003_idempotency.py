"""Kept answers to requests with an Idempotency-Key, and the index of the full text search."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

import jobs.models.ids

WORDS = "to_tsvector('simple'::regconfig, %(expressions)s)"
LABEL_WORDS = "jsonb_to_tsvector('simple'::regconfig, %(expressions)s, '[\"string\", \"key\"]')"
ERROR_WORDS = (
    "coalesce(jsonb_to_tsvector('simple'::regconfig, %(expressions)s, '[\"string\"]'), "
    "''::tsvector)"
)


class Migration(migrations.Migration):
    atomic = False  # an index that is made concurrently locks nobody out, and needs this

    dependencies = [
        ("jobs", "0002_webhooks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="job",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    models.Func(models.F("message"), template=WORDS),
                    models.Func(models.F("error"), template=ERROR_WORDS),
                    models.Func(models.F("labels"), template=LABEL_WORDS),
                    arg_joiner=" || ",
                    template="(%(expressions)s)",
                ),
                name="job_words",
            ),
        ),
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=255)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.SmallIntegerField()),
                ("headers", models.JSONField(default=dict)),
                ("body", models.TextField(blank=True, default="")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="jobs.organization",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="answer_kept")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "user", "key"), name="one_answer_a_key"
                    )
                ],
            },
        ),
    ]
