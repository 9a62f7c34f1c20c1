"""Models built from the rows of hand-written SQL, for statements of the hot path.

Building such a query with the ORM costs several times as much as running it.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model
from django.db.models.expressions import Col

M = TypeVar("M", bound=Model)
Converter = Callable[..., Any]


@lru_cache
def columns_of(model: type[Model], alias: str) -> str:
    """Return the columns of a model's table for a SELECT, in the order of `build_model`."""
    names = (connection.ops.quote_name(str(field.column)) for field in model._meta.concrete_fields)
    return ", ".join(f"{alias}.{name}" for name in names)


def build_model(model: type[M], values: Sequence[Any]) -> M:
    """Build an instance from the values of all columns, as a query would."""
    names, converters = _shape(model)
    converted = list(values)
    for position, column, convert in converters:
        converted[position] = convert(converted[position], column, connection)
    return model.from_db(connection.alias, names, converted)


def build_models(models: Iterable[type[Model]], values: Sequence[Any]) -> list[Any]:
    """Build an instance of each model from a row that has all columns of one after the other."""
    built, start = [], 0
    for model in models:
        end = start + len(model._meta.concrete_fields)
        built.append(build_model(model, values[start:end]))
        start = end
    return built


def refresh(instance: Model) -> None:
    """Read all columns of an instance again, like `refresh_from_db`; raises `DoesNotExist`."""
    model: Any = type(instance)
    with connection.cursor() as cursor:
        cursor.execute(_row_by_key(model), [instance.pk])
        row = cursor.fetchone()
    if row is None:
        raise model.DoesNotExist
    read: Model = build_model(model, row)
    for field in model._meta.concrete_fields:
        value = read.__dict__[field.attname]
        if field.is_relation and instance.__dict__.get(field.attname) != value:
            instance._state.fields_cache.pop(field.name, None)
        instance.__dict__[field.attname] = value


@lru_cache
def _row_by_key(model: type[Model]) -> str:
    meta = model._meta
    key = meta.pk.column
    columns = columns_of(model, "row")  # names only
    return f'SELECT {columns} FROM "{meta.db_table}" AS row WHERE row."{key}" = %s'  # noqa: S608


@lru_cache
def _shape(model: type[Model]) -> tuple[list[str], list[tuple[int, Col, Converter]]]:
    fields: Sequence[Field[Any, Any]] = model._meta.concrete_fields
    converters = []
    for position, field in enumerate(fields):
        column = field.cached_col
        of_backend = connection.ops.get_db_converters(column)
        converters += [
            (position, column, convert)
            for convert in (*of_backend, *field.get_db_converters(connection))
        ]
    return [field.attname for field in fields], converters
