"""Help texts and related names. No operation changes the database."""

import django.db.models.deletion
import django.db.models.functions.datetime
import jobs.models.limits
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0014_parts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='apikey',
            name='hint',
            field=models.CharField(editable=False, help_text='First characters of the secret, to recognize the key.', max_length=12),
        ),
        migrations.AlterField(
            model_name='apikey',
            name='last_used_at',
            field=models.DateTimeField(editable=False, help_text='Accurate to the minute.', null=True),
        ),
        migrations.AlterField(
            model_name='batch',
            name='finished_at',
            field=models.DateTimeField(help_text='When its last job ended.', null=True),
        ),
        migrations.AlterField(
            model_name='batch',
            name='total',
            field=models.IntegerField(help_text='Number of jobs at submission.'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='attempts',
            field=models.IntegerField(default=0, help_text='Incremented by each claim; fences its outcome.'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='event_id',
            field=models.CharField(help_text='The header `webhook-id`, the same in every try.', max_length=60),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='next_at',
            field=models.DateTimeField(help_text='Earliest next attempt; null after the delivery has ended.', null=True),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='payload',
            field=models.JSONField(help_text='`data` of the request body, after rendering.', null=True),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='snapshot',
            field=models.JSONField(help_text='The row at the time of the event, until the payload is rendered.', null=True),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='uncounted_attempts',
            field=models.IntegerField(default=0, help_text='Attempts before the last redelivery request.'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='url',
            field=models.CharField(blank=True, default='', help_text='The `webhook_url` of the job. Empty: the URL of the webhook.', max_length=2000),
        ),
        migrations.AlterField(
            model_name='deliverytry',
            name='answer',
            field=models.TextField(blank=True, default='', help_text='First KB of the response body.'),
        ),
        migrations.AlterField(
            model_name='deliverytry',
            name='seconds',
            field=models.FloatField(help_text='Duration.'),
        ),
        migrations.AlterField(
            model_name='deliverytry',
            name='status',
            field=models.SmallIntegerField(help_text='HTTP status of the response, if there was one.', null=True),
        ),
        migrations.AlterField(
            model_name='job',
            name='attempt',
            field=models.IntegerField(default=0, help_text='Incremented by each claim; the fence.'),
        ),
        migrations.AlterField(
            model_name='job',
            name='expires_at',
            field=models.DateTimeField(help_text='Purged after this time.', null=True),
        ),
        migrations.AlterField(
            model_name='job',
            name='grace',
            field=models.DurationField(help_text='Time to clean up after a time-out or cancellation.'),
        ),
        migrations.AlterField(
            model_name='job',
            name='has_dependants',
            field=models.BooleanField(default=False, help_text='Another job depends on it.'),
        ),
        migrations.AlterField(
            model_name='job',
            name='keep_completed',
            field=models.DurationField(help_text='Retention after completion.'),
        ),
        migrations.AlterField(
            model_name='job',
            name='keep_failed',
            field=models.DurationField(help_text='Retention after failure or cancellation.'),
        ),
        migrations.AlterField(
            model_name='job',
            name='log_number',
            field=models.IntegerField(default=0, help_text='Number of its newest event log entry.'),
        ),
        migrations.AlterField(
            model_name='job',
            name='max_attempts',
            field=models.SmallIntegerField(help_text='Maximum number of counted attempts.'),
        ),
        migrations.AlterField(
            model_name='job',
            name='message',
            field=models.TextField(blank=True, default='', help_text='Current activity.'),
        ),
        migrations.AlterField(
            model_name='job',
            name='pending_timeout',
            field=models.DurationField(help_text='Maximum time in `pending`.'),
        ),
        migrations.AlterField(
            model_name='job',
            name='pending_until',
            field=models.DateTimeField(help_text='Expires if no worker starts it by this time.', null=True),
        ),
        migrations.AlterField(
            model_name='job',
            name='published_at',
            field=models.DateTimeField(help_text='When its last message was published.', null=True),
        ),
        migrations.AlterField(
            model_name='job',
            name='run_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text='Earliest start.'),
        ),
        migrations.AlterField(
            model_name='job',
            name='running_until',
            field=models.DateTimeField(help_text='Hard time limit of this attempt.', null=True),
        ),
        migrations.AlterField(
            model_name='job',
            name='runs_after_failure',
            field=models.BooleanField(default=False, help_text='Run even if a job that it depends on fails.'),
        ),
        migrations.AlterField(
            model_name='job',
            name='subject',
            field=models.CharField(blank=True, default='', help_text='Subject that limits can count by, for example the ID of a decision.', max_length=200),
        ),
        migrations.AlterField(
            model_name='job',
            name='timeout',
            field=models.DurationField(help_text='Maximum time in `running`.'),
        ),
        migrations.AlterField(
            model_name='job',
            name='uncounted_attempts',
            field=models.IntegerField(default=0, help_text='Attempts that do not count.'),
        ),
        migrations.AlterField(
            model_name='job',
            name='webhook_url',
            field=models.CharField(blank=True, db_default='', default='', help_text='Receives the events of this job.', max_length=2000),
        ),
        migrations.AlterField(
            model_name='jobevent',
            name='actor',
            field=models.CharField(blank=True, default='', help_text='User who requested it.', max_length=200),
        ),
        migrations.AlterField(
            model_name='jobevent',
            name='changes',
            field=models.JSONField(default=dict, help_text='Columns that changed. A replay of all entries gives the row.'),
        ),
        migrations.AlterField(
            model_name='jobevent',
            name='data',
            field=models.JSONField(default=dict, help_text='Details for readers.'),
        ),
        migrations.AlterField(
            model_name='jobevent',
            name='number',
            field=models.IntegerField(help_text='1, 2, 3 ... within the job, without gaps.'),
        ),
        migrations.AlterField(
            model_name='jobevent',
            name='state',
            field=models.CharField(help_text='State after this event.', max_length=12),
        ),
        migrations.AlterField(
            model_name='jobstep',
            name='attempt',
            field=models.IntegerField(help_text='The attempt that last ran it.'),
        ),
        migrations.AlterField(
            model_name='jobstep',
            name='finished_at',
            field=models.DateTimeField(help_text='Null until it completes.', null=True),
        ),
        migrations.AlterField(
            model_name='organization',
            name='limits',
            field=models.JSONField(blank=True, default=dict, help_text='Overrides the maximum number of active jobs: {"user": 10} for every type, or {"generate_report": {"user": 10}}.', validators=[jobs.models.limits.validate_limits]),
        ),
        migrations.AlterField(
            model_name='rollupcursor',
            name='rolled_up_id',
            field=models.BigIntegerField(help_text='Rows up to this ID are in the counters.'),
        ),
        migrations.AlterField(
            model_name='rollupcursor',
            name='seen_id',
            field=models.BigIntegerField(help_text='Rows up to this ID are rolled up next.'),
        ),
        migrations.AlterField(
            model_name='rollupcursor',
            name='settled_at_xid',
            field=models.BigIntegerField(help_text='No row up to `seen_id` appears once all older transactions have ended.'),
        ),
        migrations.AlterField(
            model_name='schedule',
            name='next_at',
            field=models.DateTimeField(help_text='Time of the next run.'),
        ),
        migrations.AlterField(
            model_name='schedule',
            name='options',
            field=models.JSONField(blank=True, default=dict, help_text='priority, labels, subject, max_attempts'),
        ),
        migrations.AlterField(
            model_name='schedule',
            name='time_zone',
            field=models.CharField(default='UTC', help_text='For example Europe/Oslo.', max_length=64),
        ),
        migrations.AlterField(
            model_name='schedulerun',
            name='at',
            field=models.DateTimeField(help_text='Time that it was due.'),
        ),
        migrations.AlterField(
            model_name='schedulerun',
            name='refusal',
            field=models.TextField(blank=True, default='', help_text='Reason why no job was submitted.'),
        ),
        migrations.AlterField(
            model_name='schedulerun',
            name='schedule',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='jobs.schedule'),
        ),
        migrations.AlterField(
            model_name='webhook',
            name='backoff_until',
            field=models.DateTimeField(help_text='No try before this time, after failures.', null=True),
        ),
        migrations.AlterField(
            model_name='webhook',
            name='deleted_at',
            field=models.DateTimeField(help_text='Purged later, because a concurrent transition may still refer to it.', null=True),
        ),
        migrations.AlterField(
            model_name='webhook',
            name='disabled_at',
            field=models.DateTimeField(help_text='Receives no events since this time.', null=True),
        ),
        migrations.AlterField(
            model_name='webhook',
            name='failures',
            field=models.IntegerField(default=0, help_text='Failed tries since the last success.'),
        ),
    ]
