"""Tables, row level security, and the functions of the database.

It stands for the migrations that it replaces: a database on which all of them ran is up to date. On
any other database that has some of them, Django stops with an error and changes nothing; migrate it
with the release that still has them first.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import jobs.models.ids
import jobs.models.limits
from django.conf import settings
from django.db import migrations, models

from jobs.migrations._dispatch_v1 import DROP_START_TAG, FUNCTIONS, SET_START_TAG
from jobs.migrations._functions_v1 import LINE_AHEAD, SEES_JOB, STORE_DELIVERIES, USUAL_DURATIONS
from jobs.tenancy.rls_migrations import CURRENT, OURS, AlsoVisible, Isolate, TenantRole, visible_reference


JOB = visible_reference('jobs_job', 'job_id')
BATCH = f"batch_id IS NULL OR {visible_reference('jobs_batch', 'batch_id')}"
SCHEDULE = visible_reference('jobs_schedule', 'schedule_id')
STARTED = f'job_id IS NULL OR {JOB}'
WEBHOOK = visible_reference('jobs_webhook', 'webhook_id')
DELIVERY = visible_reference('jobs_delivery', 'delivery_id')
MEMBERS = '(SELECT user_id FROM jobs_membership)'


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('jobs', '0001_initial'),
        ('jobs', '0002_webhooks'),
        ('jobs', '0003_idempotency'),
        ('jobs', '0004_row_level_security'),
        ('jobs', '0005_isolated_additions'),
        ('jobs', '0006_sealed_secrets'),
        ('jobs', '0007_parts'),
        ('jobs', '0008_needless_indexes'),
        ('jobs', '0009_api_keys'),
        ('jobs', '0010_counters'),
        ('jobs', '0011_limits_are_validated'),
        ('jobs', '0012_pauses'),
        ('jobs', '0013_vocabulary'),
        ('jobs', '0014_parts'),
        ('jobs', '0015_help_texts'),
        ('jobs', '0016_dead_letters'),
        ('jobs', '0017_unique'),
        ('jobs', '0018_dispatch'),
        ('jobs', '0019_paused_workers'),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('event_id', models.CharField(help_text='The header `webhook-id`, the same in every try.', max_length=60)),
                ('type', models.CharField(max_length=30)),
                ('url', models.CharField(blank=True, default='', help_text='The `webhook_url` of the job. Empty: the URL of the webhook.', max_length=2000)),
                ('snapshot', models.JSONField(help_text='The row at the time of the event, until the payload is rendered.', null=True)),
                ('payload', models.JSONField(help_text='`data` of the request body, after rendering.', null=True)),
                ('attempts', models.IntegerField(default=0, help_text='Incremented by each claim; fences its outcome.')),
                ('uncounted_attempts', models.IntegerField(default=0, help_text='Attempts before the last redelivery request.')),
                ('next_at', models.DateTimeField(help_text='Earliest next attempt; null after the delivery has ended.', null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name_plural': 'deliveries',
                'ordering': ('-created_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='Dependency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'verbose_name_plural': 'dependencies',
            },
        ),
        migrations.CreateModel(
            name='RateWindow',
            fields=[
                ('key', models.TextField(primary_key=True, serialize=False)),
                ('starts', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), help_text='The newest starts.', size=None)),
            ],
        ),
        migrations.CreateModel(
            name='RollupCursor',
            fields=[
                ('table', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('rolled_up_id', models.BigIntegerField(help_text='Rows up to this ID are in the counters.')),
                ('seen_id', models.BigIntegerField(help_text='Rows up to this ID are rolled up next.')),
                ('settled_at_xid', models.BigIntegerField(help_text='No row up to `seen_id` appears once all older transactions have ended.')),
            ],
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('total', models.IntegerField(help_text='Number of jobs at submission.')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('finished_at', models.DateTimeField(help_text='When its last job ended.', null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'batches',
            },
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('labels', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('value', models.FloatField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name', 'labels'), name='one_counter_each')],
            },
        ),
        migrations.CreateModel(
            name='DeliveryTry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('seconds', models.FloatField(help_text='Duration.')),
                ('status', models.SmallIntegerField(help_text='HTTP status of the response, if there was one.', null=True)),
                ('answer', models.TextField(blank=True, default='', help_text='First KB of the response body.')),
                ('error', models.CharField(blank=True, default='', max_length=300)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='jobs.delivery')),
            ],
            options={
                'verbose_name_plural': 'delivery tries',
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('type', models.CharField(max_length=100)),
                ('queue', models.CharField(max_length=100)),
                ('priority', models.SmallIntegerField(help_text='0-9, higher runs first.')),
                ('state', models.CharField(max_length=12)),
                ('progress', models.SmallIntegerField(default=0, help_text='Percent.')),
                ('message', models.TextField(blank=True, default='', help_text='Current activity.')),
                ('input', models.JSONField()),
                ('output', models.JSONField(null=True)),
                ('error', models.JSONField(help_text='{code, message, retryable, attempt}', null=True)),
                ('traceback', models.TextField(blank=True, default='', help_text='For operators only.')),
                ('usage', models.JSONField(blank=True, default=dict, help_text='Tokens and cost of model calls.')),
                ('labels', models.JSONField(blank=True, default=dict)),
                ('subject', models.CharField(blank=True, default='', help_text='Subject that limits can count by, for example the ID of a decision.', max_length=200)),
                ('webhook_url', models.CharField(blank=True, db_default='', default='', help_text='Receives the events of this job.', max_length=2000)),
                ('unique_key', models.CharField(help_text='Key by which a unique submission finds it.', max_length=200, null=True)),
                ('debounce_key', models.CharField(help_text='Key by which a debounced submission finds it.', max_length=200, null=True)),
                ('part_number', models.IntegerField(help_text='Number of this part, from 1.', null=True)),
                ('has_dependants', models.BooleanField(default=False, help_text='Another job depends on it.')),
                ('runs_after_failure', models.BooleanField(default=False, help_text='Run even if a job that it depends on fails.')),
                ('attempt', models.IntegerField(default=0, help_text='Incremented by each claim; the fence.')),
                ('max_attempts', models.SmallIntegerField(help_text='Maximum number of counted attempts.')),
                ('uncounted_attempts', models.IntegerField(default=0, help_text='Attempts that do not count.')),
                ('crashes', models.SmallIntegerField(default=0, help_text='Attempts whose worker was lost.')),
                ('worker', models.CharField(blank=True, default='', max_length=200)),
                ('timeout', models.DurationField(help_text='Maximum time in `running`.')),
                ('grace', models.DurationField(help_text='Time to clean up after a time-out or cancellation.')),
                ('pending_timeout', models.DurationField(help_text='Maximum time in `pending`.')),
                ('keep_completed', models.DurationField(help_text='Retention after completion.')),
                ('keep_failed', models.DurationField(help_text='Retention after failure or cancellation.')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('run_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text='Earliest start.')),
                ('start_tag', models.FloatField(db_default=0.0, default=0.0, editable=False, help_text='Place in line: the start tag of start-time fair queueing.')),
                ('blocked_by', models.TextField(blank=True, db_default='', default='', editable=False, help_text='The full limit or the pause that keeps it out of the line.')),
                ('limit_keys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, db_default=[], default=list, help_text='The limits at run time that it counts against.', size=None)),
                ('published_at', models.DateTimeField(help_text='When its last message was published.', null=True)),
                ('pending_until', models.DateTimeField(help_text='Expires if no worker starts it by this time.', null=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('running_until', models.DateTimeField(help_text='Hard time limit of this attempt.', null=True)),
                ('lease_expires_at', models.DateTimeField(null=True)),
                ('cancel_requested_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(help_text='Purged after this time.', null=True)),
                ('log_number', models.IntegerField(default=0, help_text='Number of its newest event log entry.')),
                ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='jobs', to='jobs.batch')),
                ('depends_on', models.ManyToManyField(related_name='dependants', through='jobs.Dependency', to='jobs.job')),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(db_index=False, help_text='The split job that this job is a part of.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='parts', to='jobs.job')),
            ],
            options={
                'ordering': ('-created_at', '-id'),
            },
        ),
        migrations.AddField(
            model_name='dependency',
            name='depends_on',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='jobs.job'),
        ),
        migrations.AddField(
            model_name='dependency',
            name='job',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='dependencies', to='jobs.job'),
        ),
        migrations.CreateModel(
            name='JobEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField(help_text='1, 2, 3 ... within the job, without gaps.')),
                ('kind', models.CharField(max_length=20)),
                ('state', models.CharField(help_text='State after this event.', max_length=12)),
                ('attempt', models.IntegerField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('actor', models.CharField(blank=True, default='', help_text='User who requested it.', max_length=200)),
                ('data', models.JSONField(default=dict, help_text='Details for readers.')),
                ('changes', models.JSONField(default=dict, help_text='Columns that changed. A replay of all entries gives the row.')),
                ('job', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='jobs.job')),
            ],
            options={
                'ordering': ('job', 'number'),
            },
        ),
        migrations.CreateModel(
            name='JobStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('attempt', models.IntegerField(help_text='The attempt that last ran it.')),
                ('output', models.JSONField(null=True)),
                ('started_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('finished_at', models.DateTimeField(help_text='Null until it completes.', null=True)),
                ('job', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='jobs.job')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Organization',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('slug', models.SlugField(unique=True)),
                ('limits', models.JSONField(blank=True, default=dict, help_text='Overrides the maximum number of active jobs: {"user": 10} for every type, or {"generate_report": {"user": 10}}.', validators=[jobs.models.limits.validate_limits])),
                ('weight', models.FloatField(db_default=1.0, default=1.0, help_text='Share of the workers, relative to other organizations that wait.')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('weight__gt', 0)), name='weight_positive')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='jobs.organization')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.AddField(
            model_name='job',
            name='organization',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='jobs.organization'),
        ),
        migrations.CreateModel(
            name='IdempotencyRecord',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=255)),
                ('fingerprint', models.CharField(max_length=64)),
                ('status', models.SmallIntegerField()),
                ('headers', models.JSONField(default=dict)),
                ('body', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='jobs.organization')),
            ],
        ),
        migrations.CreateModel(
            name='DismissedFailure',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('fingerprint', models.CharField(max_length=32)),
                ('actor', models.CharField(blank=True, default='', max_length=200)),
                ('dismissed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='jobs.organization')),
            ],
        ),
        migrations.AddField(
            model_name='batch',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='jobs.organization'),
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('hint', models.CharField(editable=False, help_text='First characters of the secret, to recognize the key.', max_length=12)),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(editable=False, help_text='Accurate to the minute.', null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_keys', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_keys', to='jobs.organization')),
            ],
            options={
                'verbose_name': 'API key',
            },
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('scope', models.CharField(choices=[('queue', 'queue'), ('type', 'type'), ('organization', 'organization'), ('worker', 'worker')], max_length=12)),
                ('value', models.CharField(help_text='Name of the queue, job type or worker, or ID of the organization.', max_length=100)),
                ('actor', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'ordering': ('created_at',),
                'constraints': [models.UniqueConstraint(fields=('scope', 'value'), name='one_pause_each')],
            },
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('cron', models.CharField(help_text='minute hour day month weekday', max_length=200)),
                ('time_zone', models.CharField(default='UTC', help_text='For example Europe/Oslo.', max_length=64)),
                ('type', models.CharField(max_length=100)),
                ('input', models.JSONField(default=dict)),
                ('options', models.JSONField(blank=True, default=dict, help_text='priority, labels, subject, max_attempts')),
                ('paused', models.BooleanField(default=False)),
                ('next_at', models.DateTimeField(help_text='Time of the next run.')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='schedules', to='jobs.organization')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='schedules', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='ScheduleRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(help_text='Time that it was due.')),
                ('refusal', models.TextField(blank=True, default='', help_text='Reason why no job was submitted.')),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.job')),
                ('schedule', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='jobs.schedule')),
            ],
            options={
                'ordering': ('-at',),
            },
        ),
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('url', models.CharField(blank=True, max_length=2000)),
                ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None)),
                ('description', models.CharField(blank=True, default='', max_length=200)),
                ('encrypted_secret', models.CharField(db_column='secret', editable=False, max_length=300)),
                ('previous_encrypted_secret', models.CharField(blank=True, db_column='former_secret', default='', editable=False, max_length=300)),
                ('rotated_at', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('disabled_at', models.DateTimeField(help_text='Receives no events since this time.', null=True)),
                ('disabled_reason', models.CharField(blank=True, default='', max_length=200)),
                ('deleted_at', models.DateTimeField(help_text='Purged later, because a concurrent transition may still refer to it.', null=True)),
                ('failures', models.IntegerField(default=0, help_text='Failed tries since the last success.')),
                ('failing_since', models.DateTimeField(null=True)),
                ('backoff_until', models.DateTimeField(help_text='No try before this time, after failures.', null=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='webhooks', to='jobs.organization')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='webhooks', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-created_at', '-id'),
            },
        ),
        migrations.AddField(
            model_name='delivery',
            name='webhook',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='jobs.webhook'),
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issuer', models.CharField(max_length=255)),
                ('subject', models.CharField(max_length=255)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'identities',
                'constraints': [models.UniqueConstraint(fields=('issuer', 'subject'), name='one_user_a_subject')],
            },
        ),
        migrations.AddConstraint(
            model_name='dependency',
            constraint=models.UniqueConstraint(fields=('job', 'depends_on'), name='one_dependency_each'),
        ),
        migrations.AddConstraint(
            model_name='dependency',
            constraint=models.CheckConstraint(condition=models.Q(('job', models.F('depends_on')), _negated=True), name='not_on_itself'),
        ),
        migrations.AddConstraint(
            model_name='jobevent',
            constraint=models.UniqueConstraint(fields=('job', 'number'), name='one_number_each'),
        ),
        migrations.AddConstraint(
            model_name='jobstep',
            constraint=models.UniqueConstraint(fields=('job', 'name'), name='one_step_each'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('user', 'organization'), name='one_membership_each'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['organization', '-created_at', '-id'], name='job_of_tenant'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(fields=['owner', '-created_at', '-id'], name='job_of_owner'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('state__in', ['pending', 'running', 'scheduled', 'waiting'])), fields=['organization', 'type'], name='job_active'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('parent__isnull', False), ('state__in', ['pending', 'running', 'scheduled', 'waiting'])), fields=['parent'], name='job_active_parts'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['created_at'], name='job_waiting'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(models.F('queue'), models.OrderBy(models.F('priority'), descending=True), models.F('start_tag'), models.F('id'), condition=models.Q(('blocked_by', ''), ('state', 'pending')), name='job_line'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('blocked_by', ''), ('state', 'pending')), fields=['organization', 'queue', 'priority', 'start_tag'], name='job_line_of_tenant'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(models.F('blocked_by'), models.OrderBy(models.F('priority'), descending=True), models.F('start_tag'), models.F('id'), condition=models.Q(('state', 'pending'), models.Q(('blocked_by', ''), _negated=True)), name='job_blocked'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('published_at__isnull', False), ('state', 'pending')), fields=['queue'], name='job_published'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('state', 'scheduled')), fields=['run_at'], name='job_scheduled'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('state', 'running')), fields=['queue'], name='job_running'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('state', 'failed')), fields=['organization', '-finished_at'], name='job_failed'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('state__in', ['cancelled', 'completed', 'failed'])), fields=['expires_at'], name='job_kept'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('unique_key__isnull', False)), fields=['organization', 'type', 'unique_key', 'state', 'created_at'], name='job_unique'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('debounce_key__isnull', False), ('state__in', ['pending', 'scheduled'])), fields=['organization', 'type', 'debounce_key'], name='job_debounced'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=django.contrib.postgres.indexes.GinIndex(fields=['labels'], name='job_labels', opclasses=['jsonb_path_ops']),
        ),
        migrations.AddIndex(
            model_name='job',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.Func(models.F('message'), template="to_tsvector('simple'::regconfig, %(expressions)s)"), models.Func(models.F('error'), template='coalesce(jsonb_to_tsvector(\'simple\'::regconfig, %(expressions)s, \'["string"]\'), \'\'::tsvector)'), models.Func(models.F('labels'), template='jsonb_to_tsvector(\'simple\'::regconfig, %(expressions)s, \'["string", "key"]\')'), arg_joiner=' || ', template='(%(expressions)s)'), name='job_words'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['cancelled', 'completed', 'failed', 'pending', 'running', 'scheduled', 'waiting'])), name='job_state_known'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(('priority__gte', 0), ('priority__lte', 9)), name='job_priority_range'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.CheckConstraint(condition=models.Q(('progress__gte', 0), ('progress__lte', 100)), name='job_progress_range'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.UniqueConstraint(condition=models.Q(('parent__isnull', False)), fields=('parent', 'part_number'), name='one_part_each'),
        ),
        migrations.AddIndex(
            model_name='idempotencyrecord',
            index=models.Index(fields=['created_at'], name='idempotency_created'),
        ),
        migrations.AddConstraint(
            model_name='idempotencyrecord',
            constraint=models.UniqueConstraint(fields=('organization', 'user', 'key'), name='one_record_per_key'),
        ),
        migrations.AddConstraint(
            model_name='dismissedfailure',
            constraint=models.UniqueConstraint(fields=('organization', 'fingerprint'), name='one_dismissal_each'),
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(condition=models.Q(('finished_at', None)), fields=['created_at'], name='batch_open'),
        ),
        migrations.AddIndex(
            model_name='schedule',
            index=models.Index(condition=models.Q(('paused', False)), fields=['next_at'], name='schedule_due'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.UniqueConstraint(fields=('organization', 'name'), name='one_schedule_a_name'),
        ),
        migrations.AddConstraint(
            model_name='schedulerun',
            constraint=models.UniqueConstraint(fields=('schedule', 'at'), name='one_run_each'),
        ),
        migrations.AddConstraint(
            model_name='webhook',
            constraint=models.UniqueConstraint(condition=models.Q(('deleted_at', None), ('url', '')), fields=('organization',), name='one_webhook_for_urls_of_jobs'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('next_at__isnull', False)), fields=['webhook', 'next_at'], name='delivery_due'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['webhook', '-created_at', '-id'], name='delivery_of_webhook'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['created_at'], name='delivery_kept'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('webhook', 'event_id'), name='one_delivery_an_event'),
        ),
        TenantRole(),
        migrations.RunSQL(SEES_JOB, 'DROP FUNCTION conveyor_sees_job(uuid)'),
        Isolate('jobs.Organization', visible=f'id = {CURRENT}', may='SELECT'),
        Isolate('jobs.Membership', may='SELECT'),
        Isolate(
            'jobs.ApiKey', writable=f'{OURS} AND user_id IN {MEMBERS}', may='SELECT, INSERT, UPDATE'
        ),
        Isolate('jobs.Batch', may='SELECT, INSERT, UPDATE'),
        Isolate('jobs.Job', writable=f'{OURS} AND ({BATCH})', may='SELECT, INSERT, UPDATE'),
        Isolate(
            'jobs.JobEvent', visible=JOB, writable='conveyor_sees_job(job_id)', may='SELECT, INSERT'
        ),
        Isolate('jobs.JobStep', visible=JOB, may='SELECT'),
        Isolate(
            'jobs.Dependency',
            visible=JOB,
            writable=f"{JOB} AND {visible_reference('jobs_job', 'depends_on_id')}",
            may='SELECT, INSERT',
        ),
        Isolate('jobs.Schedule'),
        Isolate(
            'jobs.ScheduleRun',
            visible=SCHEDULE,
            writable=f'{SCHEDULE} AND ({STARTED})',
            may='SELECT, DELETE',
        ),
        Isolate('jobs.IdempotencyRecord'),
        Isolate('jobs.DismissedFailure'),
        Isolate('jobs.Webhook'),
        # A cancel within a request stores deliveries, so a tenant may insert its own.
        Isolate('jobs.Delivery', visible=WEBHOOK),
        Isolate('jobs.DeliveryTry', visible=DELIVERY, may='SELECT, INSERT'),
        # A view lets only operators pause a queue or a type, which all organizations share.
        Isolate('jobs.Pause', visible=f"scope <> 'organization' OR value = {CURRENT}::text"),
        # People: teammates, and the owners of visible rows.
        Isolate(settings.AUTH_USER_MODEL, visible=f'id IN {MEMBERS}', may='SELECT'),
        AlsoVisible(settings.AUTH_USER_MODEL, name='owns_job', owner_of='jobs_job'),
        migrations.RunSQL(
            STORE_DELIVERIES, 'DROP FUNCTION jobs_store_deliveries(text, uuid, uuid, text)'
        ),
        migrations.RunSQL(LINE_AHEAD, 'DROP FUNCTION jobs_line_ahead(uuid)'),
        migrations.RunSQL(USUAL_DURATIONS, 'DROP FUNCTION jobs_usual_durations()'),
        migrations.RunSQL(SET_START_TAG, DROP_START_TAG),
        *(
            migrations.RunSQL(create, f'DROP FUNCTION {name}')
            for name, create in FUNCTIONS.items()
        ),
    ]
