"""Row level security on what webhooks are told, and on kept answers."""

from django.db import migrations

from jobs.tenancy.rls_migrations import Isolate, visible_reference

WEBHOOK = visible_reference("jobs_webhook", "webhook_id")
DELIVERY = visible_reference("jobs_delivery", "delivery_id")


class Migration(migrations.Migration):
    """A cancel within a request stores deliveries, so a tenant may insert its own."""

    dependencies = [("jobs", "0004_row_level_security")]

    operations = [
        Isolate("jobs.KeptAnswer"),
        Isolate("jobs.Webhook"),
        Isolate("jobs.Delivery", visible=WEBHOOK),
        Isolate("jobs.DeliveryTry", visible=DELIVERY, may="SELECT, INSERT"),
    ]
