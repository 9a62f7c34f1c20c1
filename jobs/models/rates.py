"""The recent starts of jobs that share a rate limit."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class RateWindow(models.Model):
    """When jobs with this limit key were last started; read and written by functions in SQL."""

    key = models.TextField(primary_key=True)
    starts = ArrayField(models.DateTimeField(), help_text="The newest starts.")

    def __str__(self) -> str:
        return self.key
