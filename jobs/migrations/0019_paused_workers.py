"""Workers can be paused. Changes only the choices, which the database does not know."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("jobs", "0018_dispatch")]

    operations = [
        migrations.AlterField("Pause", "scope", models.CharField(
            choices=[
                ("queue", "queue"), ("type", "type"), ("organization", "organization"),
                ("worker", "worker"),
            ],
            max_length=12,
        )),
        migrations.AlterField("Pause", "value", models.CharField(
            help_text="Name of the queue, job type or worker, or ID of the organization.",
            max_length=100,
        )),
    ]
