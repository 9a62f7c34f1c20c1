"""Reads a job with its owner, its organization and its dependencies, in one statement."""

import uuid
from functools import lru_cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection

from jobs.models.jobs import Job
from jobs.models.rows import build_models, columns_of
from jobs.models.tenants import Organization


def read_full_job(job_id: uuid.UUID, organization_id: uuid.UUID | None = None) -> Job | None:
    """Return the job, or `None` if there is none, or not in that organization."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(), (job_id, organization_id, organization_id))
        row = cursor.fetchone()
    if row is None:
        return None
    job: Job
    job, owner, organization = build_models((Job, get_user_model(), Organization), row[1:])
    job.new_dependencies = tuple(row[0])
    job.owner, job.organization = owner, organization
    return job


@lru_cache(maxsize=1)
def _statement() -> str:
    users: Any = get_user_model()
    columns = (
        columns_of(model, alias)
        for model, alias in ((Job, "job"), (users, "owner"), (Organization, "tenant"))
    )
    return (  # built from names of columns only
        "SELECT ARRAY(SELECT depends_on_id FROM jobs_dependency "  # noqa: S608
        f"WHERE job_id = job.id ORDER BY jobs_dependency.id), {', '.join(columns)} "
        "FROM jobs_job AS job JOIN jobs_organization AS tenant ON tenant.id = job.organization_id "
        f"JOIN {connection.ops.quote_name(users._meta.db_table)} AS owner "
        f"ON owner.{users._meta.pk.column} = job.owner_id "
        "WHERE job.id = %s AND (%s::uuid IS NULL OR job.organization_id = %s)"
    )
