"""`flush`, which pytest-django calls after each test that commits."""

from typing import Any

from django.apps import apps
from django.core.management.commands import flush
from django.db import connection, transaction

KEPT = {"auth_permission", "django_content_type"}
"""What a migration makes, and no test changes: Django would make it again after each flush."""


class Command(flush.Command):
    """Empties the tables that have rows.

    TRUNCATE makes new files for every table and index of the database, used or not; a test uses a
    few rows of a few. Foreign keys are checked at the end of the transaction: any order will do.
    """

    def handle(self, **options: Any) -> None:
        """Delete all rows."""
        models = apps.get_models(include_auto_created=True)
        tables = {model._meta.db_table for model in models} - KEPT
        used = " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (TABLE {one})" for one in tables)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(used)
            for (table,) in cursor.fetchall():
                cursor.execute(f"DELETE FROM {table}")
