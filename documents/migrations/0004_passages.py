import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGinExtension, TrigramExtension
from django.db import migrations, models

from jobs.tenancy.rls_migrations import Isolate


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0003_made_by_jobs'),
        ('jobs', '0005_isolated_additions'),
    ]

    operations = [
        # Both are trusted: an account that may create in the database may create them.
        TrigramExtension(),
        BtreeGinExtension(),
        # A table of its own, so that no big one is rewritten or locked. Pages that were read
        # before get their passages from the first search that looks at them.
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField(help_text='Page number, from 1.')),
                ('part', models.IntegerField(help_text="Index among the passages of the page, from 0.")),
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
                'indexes': [models.Index(fields=['organization', 'language', 'part', 'document'], name='passage_of_tenant'), django.contrib.postgres.indexes.GinIndex(fields=['organization', 'words'], name='passage_words'), django.contrib.postgres.indexes.GinIndex(fields=['organization', 'spellings'], name='passage_spellings')],
                'constraints': [models.UniqueConstraint(fields=('document', 'number', 'part'), name='one_passage_a_part')],
            },
        ),
        migrations.CreateModel(
            name='Spelling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.TextField()),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='spellings', to='jobs.organization')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['organization', 'word'], name='spelling_trigrams', opclasses=['uuid_ops', 'gin_trgm_ops'])],
                'constraints': [models.UniqueConstraint(fields=('organization', 'word'), name='one_spelling_a_word')],
            },
        ),
        Isolate('documents.Passage', may='SELECT, DELETE'),
        Isolate('documents.Spelling', may='SELECT'),
    ]
