from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0004_passages'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='fault',
            field=models.JSONField(
                help_text='`code` and `message` if the document cannot be read, else null.',
                null=True,
            ),
        ),
    ]
