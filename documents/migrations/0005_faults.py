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
                help_text='Why it cannot be read, with `code` and `message`; null where it can.',
                null=True,
            ),
        ),
    ]
