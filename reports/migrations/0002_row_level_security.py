from django.conf import settings
from django.db import migrations

from jobs.tenancy.rls_migrations import OURS, AlsoVisible, Isolate, visible_reference

JOB = f"job_id IS NULL OR {visible_reference('jobs_job', 'job_id')}"


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0001_initial'),
        ('jobs', '0004_row_level_security'),
    ]

    operations = [
        Isolate('reports.Report', writable=f'{OURS} AND ({JOB})'),
        AlsoVisible(settings.AUTH_USER_MODEL, name='owns_report', owner_of='reports_report'),
    ]
