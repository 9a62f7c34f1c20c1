"""Tables of documents, with row level security.

It stands for the migrations that it replaces: a database on which all of them ran is up to date. On
any other database that has some of them, Django stops with an error and changes nothing; migrate it
with the release that still has them first.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import documents.models
import jobs.models.ids
from django.conf import settings
from django.db import migrations, models

from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension

from jobs.tenancy.rls_migrations import AlsoVisible, Isolate, visible_reference


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('documents', '0001_initial'),
        ('documents', '0002_row_level_security'),
        ('documents', '0003_made_by_jobs'),
        ('documents', '0004_passages'),
        ('documents', '0005_faults'),
    ]

    dependencies = [
        ('jobs', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        BtreeGinExtension(),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.UUIDField(default=jobs.models.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(help_text='As first uploaded, without folders.', max_length=255)),
                ('media_type', models.CharField(help_text='Detected by content.', max_length=100)),
                ('size', models.BigIntegerField(help_text='Bytes.')),
                ('digest', models.CharField(help_text='SHA-256 of the content, in hexadecimal.', max_length=64)),
                ('file', models.FileField(max_length=200, upload_to=documents.models.content_path)),
                ('pages', models.IntegerField(help_text='Null until the document is first read.', null=True)),
                ('fault', models.JSONField(help_text='`code` and `message` if the document cannot be read, else null.', null=True)),
                ('job', models.UUIDField(help_text='The job that made the document; null for an upload.', null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='jobs.organization')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-created_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='DocumentText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField(help_text='1 for the first page.')),
                ('text', models.TextField(blank=True)),
                ('method', models.CharField(choices=[('text_layer', 'text layer'), ('ocr', 'OCR'), ('native', 'native')], max_length=10)),
                ('language', models.CharField(blank=True, default='', help_text='Languages of the OCR.', max_length=20)),
                ('truncated', models.BooleanField(default=False, help_text='Whether the page has more text than is stored.')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='documents.document')),
            ],
            options={
                'ordering': ('document', 'number'),
            },
        ),
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField(help_text='Page number, from 1.')),
                ('part', models.IntegerField(help_text='Index among the passages of the page, from 0.')),
                ('start', models.IntegerField(help_text="Offset in the page's text, in characters.")),
                ('length', models.IntegerField(help_text='Characters.')),
                ('language', models.CharField(blank=True, help_text='ISO 639-1; empty if unknown.', max_length=2)),
                ('words', django.contrib.postgres.search.SearchVectorField(help_text='Stemmed for the language.')),
                ('spellings', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), help_text='Distinct folded spellings of its Latin words.', size=None)),
                ('document', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='passages', to='documents.document')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='passages', to='jobs.organization')),
            ],
            options={
                'ordering': ('document', 'number', 'part'),
            },
        ),
        migrations.CreateModel(
            name='Spelling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.TextField()),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='spellings', to='jobs.organization')),
            ],
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['organization', '-created_at', '-id'], name='document_of_tenant'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('organization', 'digest'), name='one_copy_each'),
        ),
        migrations.AddConstraint(
            model_name='documenttext',
            constraint=models.UniqueConstraint(fields=('document', 'number'), name='one_text_a_page'),
        ),
        migrations.AddIndex(
            model_name='passage',
            index=models.Index(fields=['organization', 'language', 'part', 'document'], name='passage_of_tenant'),
        ),
        migrations.AddIndex(
            model_name='passage',
            index=django.contrib.postgres.indexes.GinIndex(fields=['organization', 'words'], name='passage_words'),
        ),
        migrations.AddIndex(
            model_name='passage',
            index=django.contrib.postgres.indexes.GinIndex(fields=['organization', 'spellings'], name='passage_spellings'),
        ),
        migrations.AddConstraint(
            model_name='passage',
            constraint=models.UniqueConstraint(fields=('document', 'number', 'part'), name='one_passage_a_part'),
        ),
        migrations.AddIndex(
            model_name='spelling',
            index=django.contrib.postgres.indexes.GinIndex(fields=['organization', 'word'], name='spelling_trigrams', opclasses=['uuid_ops', 'gin_trgm_ops']),
        ),
        migrations.AddConstraint(
            model_name='spelling',
            constraint=models.UniqueConstraint(fields=('organization', 'word'), name='one_spelling_a_word'),
        ),
        Isolate('documents.Document'),
        Isolate(
            'documents.DocumentText',
            visible=visible_reference('documents_document', 'document_id'),
            may='SELECT, DELETE',
        ),
        AlsoVisible(
            settings.AUTH_USER_MODEL, name='owns_document', owner_of='documents_document'
        ),
        Isolate('documents.Passage', may='SELECT, DELETE'),
        Isolate('documents.Spelling', may='SELECT'),
    ]
