"""How the admin calls API keys; the table stays as it is."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("jobs", "0008_needless_indexes")]

    operations = [migrations.AlterModelOptions("ApiKey", {"verbose_name": "API key"})]
