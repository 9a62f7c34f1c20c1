"""Numbers that only grow, where neither a purge nor a flush of Redis takes them back."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

ADD = "ON CONFLICT (name, labels) DO UPDATE SET value = jobs_counter.value + excluded.value"
"""The end of an INSERT of names, labels and values: adds to what is there."""


class Counter(models.Model):
    """What has happened so far, of all tenants together; `jobs.metrics` says of what."""

    name = models.CharField(max_length=60)
    labels = ArrayField(models.TextField())
    value = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "labels"], name="one_counter_each")]

    def __str__(self) -> str:
        return f"{self.name} {', '.join(self.labels)}: {self.value:g}"


class Tally(models.Model):
    """How far the entries of a table were added up, and what is next.

    An id is drawn before its row is committed: what was seen is added up once no transaction runs
    any more that had begun when it was seen.
    """

    table = models.CharField(max_length=60, primary_key=True)
    counted = models.BigIntegerField(help_text="Ids up to this one are in the counters.")
    seen = models.BigIntegerField(help_text="Those up to this one are next.")
    settled_at = models.BigIntegerField(
        help_text="Once no older transaction runs, none of these will still appear."
    )

    class Meta:
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"{self.table} up to {self.counted}"
