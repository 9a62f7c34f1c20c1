"""Migrations and tenant isolation work on a PostgreSQL without a superuser account."""

from collections.abc import Callable, Iterator

import psycopg2
import pytest

from config.embedded.data_folder import DataFolder
from config.embedded.session import run_servers
from tests.programs import run

Ask = Callable[[str], object]

LIFE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from jobs import testing
from jobs.tenancy.rls import as_tenant
from jobs.models import Job
from jobs.models.tenants import Membership, Organization, create_api_key

def member(name):
    tenant, user = Organization.objects.create(name=name, slug=name), User.objects.create_user(name)
    Membership.objects.create(organization=tenant, user=user)
    secret = create_api_key(user, tenant, name="key")[1]
    return tenant, Client(headers={"Authorization": f"Bearer {secret}"})

ours, owner = member("ours")
theirs, stranger = member("theirs")
body = {"type": "echo", "input": {"text": "hi"}}
submitted = owner.post("/api/v1/jobs", body, content_type="application/json")
assert submitted.status_code == 202, submitted.content
path = submitted.json()["links"]["self"]
assert testing.run(Job.objects.get()).state == "completed"
assert owner.get(path).json()["output"] == {"text": "hi"}
assert stranger.get(path).status_code == 404
with as_tenant(theirs.pk):
    assert Job.objects.count() == 0
with connection.cursor() as cursor:
    cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
    assert cursor.fetchone() == (False,)
    cursor.execute("SELECT current_user = session_user, current_setting('conveyor.organization')")
    assert cursor.fetchone() == (True, ""), "what a pooler gives to the next is as it was"
print("isolated")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataFolder]:
    """Give a server that has heard nothing of us yet."""
    made = DataFolder(path=tmp_path_factory.mktemp("managed"))
    with run_servers(made.path):
        yield made


@pytest.fixture(scope="module")
def administrator(folder: DataFolder) -> Iterator[Ask]:
    """Give the provider's own account, the only superuser."""
    connection = psycopg2.connect(dbname="postgres", user="postgres", host=str(folder.sockets))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE app")
        cursor.execute("DROP ROLE conveyor_tenant")
        yield cursor.execute
    connection.close()


ROLE_IS_MADE = """
    DO $$ BEGIN CREATE ROLE conveyor_tenant; EXCEPTION WHEN duplicate_object THEN NULL; END $$
"""


def deployment(folder: DataFolder, account: str) -> dict[str, str]:
    """Give the environment of a deployment whose database is an account's."""
    return {
        "DATABASE_URL": f"postgresql://{account}@/{account}?host={folder.sockets}",
        "REDIS_URL": folder.redis_url,
        "SECRET_KEY": "x" * 50,
        "ALLOWED_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "CONVEYOR_TEST_DATA": str(folder.path),
    }


@pytest.mark.parametrize(
    ("account", "rights", "beforehand"),
    [
        ("master", "CREATEROLE CREATEDB", ()),  # as of Amazon RDS, Cloud SQL, Azure
        ("plain", "", (ROLE_IS_MADE, "GRANT conveyor_tenant TO plain")),
    ],
)
def test_an_account_without_superuser_migrates_and_isolates_tenants(
    folder: DataFolder, administrator: Ask, account: str, rights: str, beforehand: tuple[str, ...]
) -> None:
    administrator(f"CREATE ROLE {account} LOGIN NOSUPERUSER {rights}")
    administrator(f"CREATE DATABASE {account} OWNER {account}")
    for statement in beforehand:
        administrator(statement)
    assert run("python", "-c", LIFE, **deployment(folder, account)).startswith("isolated\n")
