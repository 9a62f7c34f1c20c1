"""Rows of any table with tenant data, made from the models."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, models
from django.utils import timezone

from jobs.models.tenants import Membership, Organization

Model = type[models.Model]

VALUES: dict[str, Any] = {"state": "pending", "priority": 5, "method": "native"}
"""For columns with a constraint of their own."""
BY_KIND: dict[str, Callable[[], Any]] = {
    "ArrayField": list,
    "BinaryField": bytes,
    "BooleanField": bool,
    "DateTimeField": timezone.now,
    "DecimalField": int,
    "DurationField": lambda: timedelta(minutes=1),
    "FloatField": float,
    "JSONField": dict,
    "UUIDField": uuid.uuid4,
}


def tenant_models() -> list[Model]:
    """Give organizations, and every model that refers to one, directly or through others."""
    found: set[Model] = {Organization}
    every = apps.get_models(include_auto_created=True)
    while more := {model for model in every if model not in found and _refers(model, found)}:
        found |= more
    return sorted(found, key=lambda model: model._meta.db_table)


def make_row(model: Any, organization: Organization) -> Any:
    """Store a row of the tenant in any table, with what it refers to."""
    if model is Organization:
        return organization
    if model is Membership:
        member = User.objects.create(username=str(uuid.uuid4()))
        return Membership.objects.create(user=member, organization=organization)
    if model is User:
        return make_row(Membership, organization).user
    return model._default_manager.create(**dict(_values(model, organization)))


def _refers(model: Model, to: set[Model]) -> bool:
    return any(field.related_model in to for field in _references(model))


def _references(model: Model) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.is_relation]


def _values(model: Model, organization: Organization) -> Iterator[tuple[str, Any]]:
    for field in model._meta.concrete_fields:
        if field.is_relation:
            if not field.null:
                yield field.name, make_row(field.related_model, organization)
        elif not (field.primary_key or field.has_default() or field.has_db_default()):
            yield field.name, VALUES.get(field.name, _value(field))


def _value(field: Any) -> Any:
    kind = field.get_internal_type()
    if field.null:
        return None
    if kind in BY_KIND:
        return BY_KIND[kind]()
    return 1 if "Integer" in kind else uuid.uuid4().hex[: field.max_length]


def select(statement: str, *params: Any) -> list[Any]:
    """Give the first column of what a statement answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [row[0] for row in cursor.fetchall()]


def end_other_connections() -> None:
    """End those of a server's threads, or the test's database could not be removed.

    Only those of clients: autovacuum works in the database as well, and may not be ended.
    """
    others = (
        "datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend'"
    )
    select(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


def execute(statement: str, *params: Any) -> int:
    """Run a statement; give the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)
