from django.conf import settings
from django.db import migrations

from jobs.tenancy.rls_migrations import AlsoVisible, Isolate, visible_reference


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0001_initial'),
        ('jobs', '0004_row_level_security'),
    ]

    operations = [
        Isolate('documents.Document'),
        Isolate(
            'documents.DocumentText',
            visible=visible_reference('documents_document', 'document_id'),
            may='SELECT, DELETE',
        ),
        AlsoVisible(
            settings.AUTH_USER_MODEL, name='owns_document', owner_of='documents_document'
        ),
    ]
