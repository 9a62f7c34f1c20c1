"""The secrets of webhooks are encrypted: see jobs/encryption.py."""

from django.db import migrations, models

from jobs.encryption import decrypt, encrypt

COLUMNS = ("secret", "former_secret")


def encrypt_all(apps, schema_editor):
    _change_all(apps, encrypt)


def decrypt_all(apps, schema_editor):
    _change_all(apps, decrypt)


def _change_all(apps, change):
    for webhook in apps.get_model("jobs", "Webhook").objects.all().iterator():
        for column in COLUMNS:
            if value := getattr(webhook, column):
                setattr(webhook, column, change(value))
        webhook.save(update_fields=COLUMNS)


def column(name, **options):
    return models.CharField(db_column=name, editable=False, max_length=300, **options)


class Migration(migrations.Migration):
    """A deliverer of the version before signs wrongly until it is restarted; those are tried again."""

    dependencies = [("jobs", "0005_isolated_additions")]

    operations = [
        # The columns keep their names, so that both versions find them; longer is no rewrite.
        migrations.AlterField("Webhook", "secret", column("secret")),
        migrations.AlterField(
            "Webhook", "former_secret", column("former_secret", blank=True, default="")
        ),
        migrations.RunPython(encrypt_all, decrypt_all),
        migrations.RenameField("Webhook", "secret", "encrypted_secret"),
        migrations.RenameField("Webhook", "former_secret", "previous_encrypted_secret"),
    ]
