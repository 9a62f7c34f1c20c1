import django.db.models.deletion
import django.db.models.functions.datetime
import documents.models
import jobs.models.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('jobs', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
    ]
