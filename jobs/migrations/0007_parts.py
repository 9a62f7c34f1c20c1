"""Batches that do the work of a job. The new column is empty, so adding it takes no time."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0006_sealed_secrets'),
    ]

    operations = [
        migrations.AddField(
            model_name='batch',
            name='gathered_by',
            field=models.ForeignKey(help_text='The job whose work they do, each a part. It waits for them.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.job'),
        ),
    ]
