"""Schedules have a policy for missed runs, and requests can add a run to their history."""

from django.db import migrations, models

from jobs.tenancy.rls import ROLE


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0003_fair_limits'),
    ]

    operations = [
        migrations.AddField(
            model_name='schedule',
            name='missed_runs',
            field=models.CharField(db_default='once', default='once', help_text='What to do about runs that were missed: skip, once or all.', max_length=10),
        ),
        migrations.AlterField(
            model_name='schedule',
            name='cron',
            field=models.CharField(help_text='minute hour day month weekday, or @daily', max_length=200),
        ),
        migrations.RunSQL(
            f"GRANT INSERT ON jobs_schedulerun TO {ROLE}",
            f"REVOKE INSERT ON jobs_schedulerun FROM {ROLE}",
        ),
    ]
