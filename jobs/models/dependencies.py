"""Dependencies between jobs."""

from django.db import models
from django.db.models import Q

from jobs.models.jobs import Job


class Dependency(models.Model):
    """`job` waits until the job `depends_on` completes. A split job depends on its parts."""

    job = models.ForeignKey(
        Job, on_delete=models.CASCADE, related_name="dependencies", db_index=False
    )
    depends_on = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name_plural = "dependencies"
        constraints = [
            models.UniqueConstraint(fields=["job", "depends_on"], name="one_dependency_each"),
            models.CheckConstraint(condition=~Q(job=models.F("depends_on")), name="not_on_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} after {self.depends_on_id}"
