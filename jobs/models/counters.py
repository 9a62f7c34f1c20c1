"""Monotonic counters. A purge of jobs or a flush of Redis does not reset them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

ADD = "ON CONFLICT (name, labels) DO UPDATE SET value = jobs_counter.value + excluded.value"
"""Last clause of an INSERT of names, labels and values: adds to existing counters."""


class Counter(models.Model):
    """A counter of all tenants together. `jobs.monitoring` defines the names."""

    name = models.CharField(max_length=60)
    labels = ArrayField(models.TextField())
    value = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "labels"], name="one_counter_each")]

    def __str__(self) -> str:
        return f"{self.name} {', '.join(self.labels)}: {self.value:g}"


class RollupCursor(models.Model):
    """High-water mark of a table: rows up to this ID are included in the counters.

    PostgreSQL assigns an ID before its row is committed. Rows up to `seen_id` are therefore rolled
    up only when no transaction is running that had begun when `seen_id` was read.
    """

    table = models.CharField(max_length=60, primary_key=True)
    rolled_up_id = models.BigIntegerField(help_text="Rows up to this ID are in the counters.")
    seen_id = models.BigIntegerField(help_text="Rows up to this ID are rolled up next.")
    settled_at_xid = models.BigIntegerField(
        help_text="No row up to `seen_id` appears once all older transactions have ended."
    )

    def __str__(self) -> str:
        return f"{self.table} up to {self.rolled_up_id}"
