"""A job finds its place in line by index, whatever the planner knows of the table.

While the statistics say that few jobs are pending, each plan looks cheap. The one that sorts all
pending jobs was then repeated for each promoted job.
"""

from django.db import migrations

SETTINGS = ("enable_sort", "enable_bitmapscan", "enable_seqscan")


class Migration(migrations.Migration):
    dependencies = [("jobs", "0005_subjects")]

    operations = [
        migrations.RunSQL(
            f"ALTER FUNCTION jobs_set_start_tag() SET {setting} = off",
            f"ALTER FUNCTION jobs_set_start_tag() RESET {setting}",
        )
        for setting in SETTINGS
    ]
