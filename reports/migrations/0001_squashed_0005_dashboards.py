"""Tables of reports, with row level security.

It stands for the migrations that it replaces: a database on which all of them ran is up to date. On
any other database that has some of them, Django stops with an error and changes nothing; migrate it
with the release that still has them first.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import jobs.models.ids
import reports.models.reports
from django.conf import settings
from django.db import migrations, models

from jobs.tenancy.rls_migrations import OURS, AlsoVisible, Isolate, visible_reference


JOB = f"job_id IS NULL OR {visible_reference('jobs_job', 'job_id')}"
DASHBOARD = visible_reference('reports_dashboard', 'dashboard_id')
PART = f'{OURS} AND {DASHBOARD} AND ({JOB})'


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('reports', '0001_initial'),
        ('reports', '0002_row_level_security'),
        ('reports', '0003_research'),
        ('reports', '0004_decisions'),
        ('reports', '0005_dashboards'),
    ]

    dependencies = [
        ('jobs', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Dashboard',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('name', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True, default='')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dashboards', to='jobs.organization')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dashboards', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-created_at', '-id'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EvidenceItem',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('place', models.IntegerField(help_text="Rank among the job's results, from 1.")),
                ('question', models.TextField()),
                ('market', models.CharField(blank=True, default='', max_length=200)),
                ('decision', models.CharField(blank=True, default='', help_text='Decision that the research is for.', max_length=200)),
                ('statement', models.TextField()),
                ('quotation', models.TextField(help_text='Verbatim from the source.')),
                ('source_title', models.CharField(max_length=300)),
                ('url', models.URLField(blank=True, default='', help_text='URL of a web page.', max_length=2000)),
                ('document', models.UUIDField(blank=True, help_text='Document of the tenant.', null=True)),
                ('page', models.IntegerField(blank=True, null=True)),
                ('published', models.DateField(blank=True, help_text='As the source states.', null=True)),
                ('score', models.FloatField(help_text='Relevance to the question, 0-1.')),
                ('model', models.CharField(help_text='Model that selected the evidence.', max_length=100)),
                ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='evidence', to='jobs.job')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='jobs.organization')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-created_at', 'place'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('chat', models.CharField(blank=True, default='', help_text='Name of the conversation.', max_length=100)),
                ('role', models.CharField(help_text='user or assistant', max_length=20)),
                ('text', models.TextField()),
                ('widgets', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, help_text='Charts that the answer added or changed.', size=None)),
                ('dashboard', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='reports.dashboard')),
                ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='dashboard_messages', to='jobs.job')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dashboard_messages', to='jobs.organization')),
            ],
            options={
                'ordering': ('created_at', 'id'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='OptionAnalysis',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('decision', models.CharField(blank=True, help_text='Decision that it was made for.', max_length=200)),
                ('option', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True)),
                ('score', models.FloatField(help_text='1-5, weighted; null if nothing was scored.', null=True)),
                ('criteria', models.JSONField(help_text='[{criterion, weight, score, reason, evidence: [{source, page, name, quote}]}]')),
                ('pros', models.JSONField(help_text='[{text, evidence}]')),
                ('cons', models.JSONField(help_text='[{text, evidence}]')),
                ('risks', models.JSONField(help_text='[{text, evidence}]')),
                ('unsupported', models.JSONField(help_text='Claims of the model without evidence.')),
                ('sources', models.JSONField(help_text='[{id, name, kind, pages: cited pages}]')),
                ('model', models.CharField(help_text='Model that made the analysis.', max_length=100)),
                ('warning', models.TextField(blank=True, help_text='What the reader should know.')),
                ('usage', models.JSONField(help_text='Tokens and cost of the analysis.')),
                ('job', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='option_analysis', to='jobs.job')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='option_analyses', to='jobs.organization')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='option_analyses', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'option analyses',
                'ordering': ('-created_at', '-id'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('kind', models.CharField(choices=[('report', 'report'), ('brief', 'brief')], db_default='report', default='report', max_length=10)),
                ('decision', models.CharField(blank=True, db_default='', default='', help_text='Decision that it was made for.', max_length=200)),
                ('title', models.CharField(max_length=200)),
                ('subject', models.CharField(blank=True, default='', max_length=200)),
                ('contract_name', models.CharField(blank=True, default='', max_length=200)),
                ('location', models.CharField(blank=True, default='', max_length=200)),
                ('project', models.CharField(blank=True, default='', max_length=200)),
                ('markdown', models.TextField(help_text='Body, without the title.')),
                ('model', models.CharField(help_text='Model that wrote it.', max_length=100)),
                ('partial', models.BooleanField(default=False, help_text='The text is complete, but a file is missing.')),
                ('warning', models.TextField(blank=True, default='', help_text='What the reader should know.')),
                ('sources', models.JSONField(blank=True, default=list, help_text='[{id, name, kind, pages: cited pages}]')),
                ('usage', models.JSONField(blank=True, default=dict, help_text='Tokens and cost.')),
                ('pages', models.IntegerField(blank=True, help_text='Pages of the PDF.', null=True)),
                ('pdf', models.FileField(blank=True, max_length=200, upload_to=reports.models.reports.pdf_path)),
                ('job', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='report', to='jobs.job')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='jobs.organization')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-created_at', '-id'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Widget',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('key', models.CharField(help_text='Job and position of the chart, so that a retry finds it again.', max_length=100)),
                ('title', models.CharField(max_length=200)),
                ('kind', models.CharField(help_text='bar, line, area, point, arc, table, number', max_length=20)),
                ('spec', models.JSONField(help_text='Vega-Lite, with its data.')),
                ('svg', models.TextField(help_text='Rendered chart.')),
                ('view', models.JSONField(help_text='Operations that computed the data.')),
                ('answer', models.TextField(blank=True, default='', help_text='Answer that the chart belongs to.')),
                ('document', models.UUIDField(blank=True, help_text='Document with the table.', null=True)),
                ('sheet', models.CharField(blank=True, default='', max_length=100)),
                ('position', models.IntegerField(help_text='Position on the dashboard, from 1.')),
                ('version', models.IntegerField(default=1, help_text='Increases with each change.')),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('dashboard', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='widgets', to='reports.dashboard')),
                ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='widgets', to='jobs.job')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='widgets', to='jobs.organization')),
            ],
            options={
                'ordering': ('position', 'id'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CompetitorProfile',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('company', models.CharField(max_length=200)),
                ('url', models.URLField(help_text='Site of the company.', max_length=2000)),
                ('decision', models.CharField(blank=True, default='', help_text='Decision that the research is for.', max_length=200)),
                ('model', models.CharField(help_text='Model that wrote it.', max_length=100)),
                ('profile', models.JSONField(help_text='{offers, markets, pricing, ...: [{text, quotation, source, url, page}]}')),
                ('sources', models.JSONField(default=list, help_text='[{mark, kind, title, url, published}]')),
                ('missing', models.JSONField(blank=True, default=list, help_text='What could not be found, and why.')),
                ('usage', models.JSONField(blank=True, default=dict, help_text='Tokens and cost.')),
                ('job', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='competitor_profile', to='jobs.job')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='competitor_profiles', to='jobs.organization')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='competitor_profiles', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-created_at', '-id'),
                'abstract': False,
                'indexes': [models.Index(fields=['organization', '-created_at', '-id'], name='profile_of_tenant')],
            },
        ),
        migrations.AddIndex(
            model_name='dashboard',
            index=models.Index(fields=['organization', '-created_at', '-id'], name='dashboard_of_tenant'),
        ),
        migrations.AddIndex(
            model_name='evidenceitem',
            index=models.Index(fields=['organization', '-created_at', '-id'], name='evidence_of_tenant'),
        ),
        migrations.AddConstraint(
            model_name='evidenceitem',
            constraint=models.UniqueConstraint(fields=('job', 'place'), name='evidence_is_kept_once'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['dashboard', '-created_at', '-id'], name='messages_of_dashboard'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('job', 'role'), name='one_message_a_job_and_role'),
        ),
        migrations.AddIndex(
            model_name='optionanalysis',
            index=models.Index(fields=['organization', '-created_at', '-id'], name='option_of_tenant'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['organization', '-created_at', '-id'], name='report_of_tenant'),
        ),
        migrations.AddConstraint(
            model_name='widget',
            constraint=models.UniqueConstraint(fields=('dashboard', 'key'), name='one_widget_a_key'),
        ),
        Isolate('reports.Report', writable=f'{OURS} AND ({JOB})'),
        AlsoVisible(settings.AUTH_USER_MODEL, name='owns_report', owner_of='reports_report'),
        Isolate('reports.CompetitorProfile', writable=f'{OURS} AND ({JOB})'),
        Isolate('reports.EvidenceItem', writable=f'{OURS} AND ({JOB})'),
        Isolate('reports.OptionAnalysis', writable=f'{OURS} AND ({JOB})'),
        AlsoVisible(
            settings.AUTH_USER_MODEL,
            name='owns_option_analysis',
            owner_of='reports_optionanalysis',
        ),
        Isolate('reports.Dashboard'),
        Isolate('reports.Widget', visible=OURS, writable=PART),
        Isolate('reports.Message', visible=OURS, writable=PART),
        AlsoVisible(settings.AUTH_USER_MODEL, name='owns_dashboard', owner_of='reports_dashboard'),
    ]
