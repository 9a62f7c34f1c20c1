"""Migration operations for row level security: the role of tenants, and policies on tables.

A table whose rows are a tenant's gets `Isolate` in the migration that makes it, or in a later one;
a test fails for a table that has none.
"""

from typing import Any

from django.core.management.base import CommandError
from django.db import ProgrammingError
from django.db.migrations.operations.base import Operation

from jobs.tenancy.rls import ROLE, SETTING

CURRENT = f"(SELECT nullif(current_setting('{SETTING}', true), '')::uuid)"
"""The tenant. A sub-select is computed once a statement, and an index can be searched for it."""
OURS = f"organization_id = {CURRENT}"
"""For a table that has the tenant in a column."""
EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"

ROLE_MISSING = f"""\
The role {ROLE} is missing or not granted, and this account may not change that. Ask a database \
administrator to run, once for the server:
    CREATE ROLE {ROLE} NOLOGIN;
    GRANT {ROLE} TO {{account}};
Then migrate again."""


def seen(table: str, column: str) -> str:
    """Say that a row refers to one that the tenant can see: the other table's policy decides."""
    return f"EXISTS (SELECT 1 FROM {table} AS it WHERE it.id = {column})"


class _InDatabase(Operation):
    """An operation that changes the database and not the models."""

    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change no model."""


class TenantRole(_InDatabase):
    """Has the tenants' role there, granted to this account; makes it where this account may."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Make and grant what is missing; say what to ask for where that is not allowed."""
        connection = schema_editor.connection
        # Before 16 every member may take the role on; since then a member may be without that right
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
        """Leave the role: it is the server's, and another database may use it."""

    def describe(self) -> str:
        """Say what it does."""
        return f"Role {ROLE}"


class Isolate(_InDatabase):
    """Row level security on the table of a model.

    `visible` is the condition for rows that are the tenant's; `writable` the one that new and
    changed rows must meet, where it is another; `may` what a request may do with them at all.
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
        """Switch it on, with its policy, and grant what requests need."""
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
        """Take grants and policy back."""
        table = _table(self.model, schema_editor, from_state)
        for statement in (
            f"REVOKE ALL ON {table} FROM {ROLE}",
            f"DROP POLICY tenant ON {table}",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """Say what it does."""
        return f"Row level security on {self.model}"


class AlsoVisible(_InDatabase):
    """Shows a tenant the people, too, who own a row that it sees, of another table.

    They may have left the organization; a list of jobs with their owners must not lose their jobs.
    """

    def __init__(self, model: str, *, name: str, owner_of: str) -> None:
        self.model = model
        self.name = name
        self.owner_of = owner_of

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Add the policy; PostgreSQL shows what any of them allows."""
        table = _table(self.model, schema_editor, to_state)
        owns = f"EXISTS (SELECT 1 FROM {self.owner_of} AS it WHERE it.owner_id = {table}.id)"
        schema_editor.execute(
            f"CREATE POLICY {self.name} ON {table} FOR SELECT TO {ROLE} USING ({owns})",
            params=None,
        )

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Take the policy back."""
        table = _table(self.model, schema_editor, from_state)
        schema_editor.execute(f"DROP POLICY {self.name} ON {table}", params=None)

    def describe(self) -> str:
        """Say what it does."""
        return f"Policy {self.name} on {self.model}"


def _table(model: str, schema_editor: Any, state: Any) -> str:
    """Give the quoted table of `app.Model`."""
    return str(schema_editor.quote_name(state.apps.get_model(model)._meta.db_table))
