"""The migration creates the tenant role if it may, else it gives the statements to run."""

from collections.abc import Iterator

import psycopg2
import pytest
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, transaction

from jobs.tenancy import rls_migrations
from jobs.tenancy.rls_migrations import TenantRole
from tests.jobs.tenancy.tenant_rows import execute, select

pytestmark = pytest.mark.django_db
OTHER = "conveyor_other"


@pytest.fixture
def superuser() -> Iterator[psycopg2.extensions.cursor]:
    """Give the server's administrator, who cleans up afterwards."""
    admin = psycopg2.connect(
        dbname="postgres", user="postgres", host=settings.DATABASES["default"]["HOST"]
    )
    admin.autocommit = True
    try:
        with admin.cursor() as cursor:
            yield cursor
            cursor.execute(f"DROP ROLE IF EXISTS {OTHER}")
            cursor.execute("ALTER ROLE app NOCREATEROLE")
    finally:
        admin.close()


@pytest.fixture(autouse=True)
def another_role(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the migration make another role than the one that is there."""
    monkeypatch.setattr(rls_migrations, "ROLE", OTHER)
    missing = rls_migrations.ROLE_MISSING.replace("conveyor_tenant", OTHER)
    monkeypatch.setattr(rls_migrations, "ROLE_MISSING", missing)


def migrate() -> None:
    with connection.schema_editor() as editor:
        TenantRole().database_forwards("jobs", editor, None, None)


def test_an_account_with_createrole_creates_the_role(superuser: psycopg2.extensions.cursor) -> None:
    superuser.execute("ALTER ROLE app CREATEROLE")
    with transaction.atomic():
        migrate()
        migrate()  # of another database of this server
        execute(f"SET LOCAL ROLE {OTHER}")
        assert select("SELECT current_user::text") == [OTHER]
        transaction.set_rollback(True)


def test_an_account_without_createrole_gets_the_statements_to_run(
    superuser: psycopg2.extensions.cursor,
) -> None:
    with pytest.raises(CommandError) as refused, transaction.atomic():
        migrate()
    message = str(refused.value)
    for statement in message.splitlines():
        if statement.endswith(";"):
            superuser.execute(statement)
    migrate()
    assert select("SELECT pg_has_role(%s, 'SET')", OTHER) == [True]


def test_an_existing_role_without_a_grant_gets_the_statement_to_run(
    superuser: psycopg2.extensions.cursor,
) -> None:
    superuser.execute(f"CREATE ROLE {OTHER} NOLOGIN")
    with pytest.raises(CommandError, match=f'GRANT {OTHER} TO "app"'), transaction.atomic():
        migrate()
