"""SQL in the role of a tenant reads and changes the rows of that tenant alone."""

import re

import pytest
from django.db import ProgrammingError, transaction

from documents.models import Document
from jobs.models import ApiKey, Dependency, Job, JobEvent, Organization
from jobs.models.ids import uuid7
from jobs.tenancy.rls import ROLE, as_tenant
from reports.models import CompetitorProfile, EvidenceItem, Message, Report, Widget
from tests.jobs.tenancy.tenant_rows import Model, execute, make_row, select, tenant_models

pytestmark = pytest.mark.django_db
each_table = pytest.mark.parametrize(
    "model", tenant_models(), ids=[model._meta.db_table for model in tenant_models()]
)


@pytest.fixture
def ours() -> Organization:
    return Organization.objects.create(name="Ours", slug="ours")


@pytest.fixture
def theirs() -> Organization:
    return Organization.objects.create(name="Theirs", slug="theirs")


def may(model: Model, right: str) -> bool:
    [answer] = select("SELECT has_table_privilege(%s, %s, %s)", ROLE, model._meta.db_table, right)
    return bool(answer)


@each_table
def test_a_table_with_tenant_rows_has_a_policy(model: Model) -> None:
    table = model._meta.db_table
    conditions = "SELECT qual FROM pg_policies WHERE tablename = %s AND %s = ANY (roles)"
    assert select("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", table) == [True]
    assert all(select(conditions, table, ROLE) or [None]), f"{table} needs `policies.Isolate`"


def test_the_role_has_no_rights_on_tables_without_a_policy() -> None:
    touchable = """
        SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
        AND relkind IN ('r', 'p', 'v', 'm') AND NOT relrowsecurity
        AND has_table_privilege(%s, oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
    """
    assert select(touchable, ROLE) == []


def test_the_role_can_neither_log_in_nor_bypass_a_policy() -> None:
    rights = "rolcanlogin OR rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb"
    assert select(f"SELECT {rights} FROM pg_roles WHERE rolname = %s", ROLE) == [False]


@each_table
def test_a_tenant_reads_its_own_rows_alone(
    model: Model, ours: Organization, theirs: Organization
) -> None:
    mine, other = make_row(model, ours), make_row(model, theirs)
    key, table = model._meta.pk.column, model._meta.db_table
    with as_tenant(ours.pk):
        seen = set(select(f"SELECT {key}::text FROM {table}"))
    assert str(mine.pk) in seen
    assert str(other.pk) not in seen


@each_table
def test_a_tenant_changes_its_own_rows_alone(
    model: Model, ours: Organization, theirs: Organization
) -> None:
    make_row(model, ours), make_row(model, theirs)
    key, table = model._meta.pk.column, model._meta.db_table
    for right, statement in (
        ("UPDATE", f"UPDATE {table} SET {key} = {key}"),
        ("DELETE", f"DELETE FROM {table}"),
    ):
        with as_tenant(ours.pk):
            visible = len(select(f"SELECT 1 FROM {table}"))
            if may(model, right):
                assert execute(statement) == visible
                transaction.set_rollback(True)
            else:
                with pytest.raises(ProgrammingError), transaction.atomic():
                    execute(statement)
    assert model._default_manager.count() >= 2


@each_table
def test_a_tenant_inserts_no_row_for_another(
    model: Model, ours: Organization, theirs: Organization
) -> None:
    table, other = model._meta.db_table, make_row(model, theirs)
    [row] = select(f"SELECT to_jsonb({table})::text FROM {table} WHERE id = %s", other.pk)
    copy = f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, %s)"
    with as_tenant(ours.pk), pytest.raises(ProgrammingError), transaction.atomic():
        execute(copy, row)


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (Job, "organization"),
        (Job, "batch"),
        (Dependency, "job"),
        (Dependency, "depends_on"),
        (JobEvent, "job"),
        (ApiKey, "user"),
        (Report, "job"),
        (CompetitorProfile, "job"),
        (EvidenceItem, "job"),
        (Widget, "dashboard"),
        (Message, "job"),
        (Document, "organization"),
    ],
)
def test_a_row_cannot_refer_to_a_row_of_another_tenant(
    model: Model, column: str, ours: Organization, theirs: Organization
) -> None:
    field = model._meta.get_field(column)
    mine, other = make_row(model, ours), make_row(field.related_model, theirs)
    copy = model._default_manager.get(pk=mine.pk)
    copy.pk = None if model in (Dependency, JobEvent) else uuid7()
    setattr(copy, column, other)
    with as_tenant(ours.pk), pytest.raises(ProgrammingError), transaction.atomic():
        copy.save(force_insert=True)


def test_an_empty_tenant_sees_no_rows(ours: Organization) -> None:
    with as_tenant(ours.pk):
        execute("SELECT set_config('conveyor.organization', '', true)")
        assert select("SELECT count(*) FROM jobs_organization") == [0]


def test_a_policy_becomes_an_index_condition(ours: Organization) -> None:
    make_row(Job, ours)
    with as_tenant(ours.pk):
        for way in ("seqscan", "bitmapscan"):  # so few rows, and old statistics, might suit either
            execute(f"SET LOCAL enable_{way} = off")
        plan = Job.objects.order_by("-created_at", "-id")[:50].explain()
    assert "Index Scan using job_of_tenant" in plan
    assert re.search(r"Index Cond: \(organization_id = \(InitPlan \d+\)", plan)
