"""Models built from the rows of hand-written SQL, for statements of the hot path.

Building such a query with the ORM costs several times as much as running it.
"""

from collections.abc import Callable, Sequence
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
