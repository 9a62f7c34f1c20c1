"""Organizations take turns also among jobs that a limit or a pause keeps out of the line."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

from jobs.migrations import _dispatch_v1, _dispatch_v3


def _restore(function):
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    atomic = False  # an index cannot be made concurrently within a transaction

    dependencies = [("jobs", "0002_hot_path")]

    operations = [
        AddIndexConcurrently("Job", models.Index(
            fields=["organization", "blocked_by", "priority", "start_tag"],
            name="job_blocked_of_tenant", condition=Q(state="pending") & ~Q(blocked_by=""),
        )),
        migrations.RunSQL(_dispatch_v3.PLACES, "DROP FUNCTION jobs_places_v1"),
        migrations.RunSQL(_dispatch_v3.MOVE, "DROP FUNCTION jobs_move_v1"),
        migrations.RunSQL(_dispatch_v3.BLOCK, "DROP FUNCTION jobs_block_v2"),
        migrations.RunSQL(_dispatch_v3.CLAIM_NEXT, _restore(_dispatch_v1.CLAIM_NEXT)),
        migrations.RunSQL(_dispatch_v3.UNBLOCK, _restore(_dispatch_v1.UNBLOCK)),
    ]
