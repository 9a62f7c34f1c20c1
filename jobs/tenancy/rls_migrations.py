"""Migration operations for row level security: the role of tenants, and policies on tables.

A table with rows of tenants needs `Isolate` in the migration that creates it, or in a later one. A
test fails for a table without it.
"""

from typing import Any

from django.core.management.base import CommandError
from django.db import ProgrammingError
from django.db.migrations.operations.base import Operation

from jobs.tenancy.rls import ROLE, SETTING

CURRENT = f"(SELECT nullif(current_setting('{SETTING}', true), '')::uuid)"
"""The current tenant. A sub-select runs once per statement, and its value can use an index."""
OURS = f"organization_id = {CURRENT}"
"""The condition for a table with the tenant in a column."""
EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"

ROLE_MISSING = f"""\
The role {ROLE} is missing or not granted, and this account may not change that. Ask a database \
administrator to run, once for the server:
    CREATE ROLE {ROLE} NOLOGIN;
    GRANT {ROLE} TO {{account}};
Then migrate again."""


def visible_reference(table: str, column: str) -> str:
    """Return the condition that a row refers to a row of `table` that the tenant can see."""
    return f"EXISTS (SELECT 1 FROM {table} AS it WHERE it.id = {column})"


class _InDatabase(Operation):
    """An operation that changes only the database."""

    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing."""


class TenantRole(_InDatabase):
    """Creates the role of tenants and grants it to this account, where this account may do so."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Create and grant what is missing; `CommandError` says what an administrator must run."""
        connection = schema_editor.connection
        # Before PostgreSQL 16, every member may set the role; since then it is a separate right.
        right = "SET" if connection.pg_version >= 160000 else "MEMBER"
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            account = schema_editor.quote_name(cursor.fetchone()[0])
            try:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN")
                cursor.execute("SELECT pg_has_role(%s, %s)", [ROLE, right])
                if not cursor.fetchone()[0]:
                    cursor.execute(f"GRANT {ROLE} TO {account}")
            except ProgrammingError as error:
                raise CommandError(ROLE_MISSING.format(account=account)) from error
            cursor.execute(
                "SELECT current_schema(), has_schema_privilege(%s, current_schema(), 'USAGE')",
                [ROLE],
            )
            schema, usable = cursor.fetchone()
            if not usable:
                cursor.execute(
                    f"GRANT USAGE ON SCHEMA {schema_editor.quote_name(schema)} TO {ROLE}"
                )

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Keep the role: another database of the server may use it."""

    def describe(self) -> str:
        return f"Role {ROLE}"


class Isolate(_InDatabase):
    """Row level security on the table of a model.

    `visible` is the condition for the tenant's rows, `writable` the one for new and changed rows
    (default: the same), and `may` lists the grants of a request.
    """

    def __init__(
        self, model: str, *, visible: str = OURS, writable: str = "", may: str = EVERYTHING
    ) -> None:
        self.model = model
        self.visible = visible
        self.writable = writable or visible
        self.may = may

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Enable row level security, create the policy, and grant what requests need."""
        table = _table(self.model, schema_editor, to_state)
        conditions = f"USING ({self.visible}) WITH CHECK ({self.writable})"
        for statement in (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY tenant ON {table} TO {ROLE} {conditions}",
            f"GRANT {self.may} ON {table} TO {ROLE}",
        ):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Revoke the grants, and drop the policy."""
        table = _table(self.model, schema_editor, from_state)
        for statement in (
            f"REVOKE ALL ON {table} FROM {ROLE}",
            f"DROP POLICY tenant ON {table}",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Row level security on {self.model}"


class AlsoVisible(_InDatabase):
    """Also shows a tenant the users who own a visible row of another table.

    They may have left the organization, but lists of jobs with their owners must stay complete.
    """

    def __init__(self, model: str, *, name: str, owner_of: str) -> None:
        self.model = model
        self.name = name
        self.owner_of = owner_of

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Create the policy. PostgreSQL shows a row if any of the policies allows it."""
        table = _table(self.model, schema_editor, to_state)
        owns = f"EXISTS (SELECT 1 FROM {self.owner_of} AS it WHERE it.owner_id = {table}.id)"
        schema_editor.execute(
            f"CREATE POLICY {self.name} ON {table} FOR SELECT TO {ROLE} USING ({owns})",
            params=None,
        )

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Drop the policy."""
        table = _table(self.model, schema_editor, from_state)
        schema_editor.execute(f"DROP POLICY {self.name} ON {table}", params=None)

    def describe(self) -> str:
        return f"Policy {self.name} on {self.model}"


def _table(model: str, schema_editor: Any, state: Any) -> str:
    """Return the quoted table name of `app.Model`."""
    return str(schema_editor.quote_name(state.apps.get_model(model)._meta.db_table))
