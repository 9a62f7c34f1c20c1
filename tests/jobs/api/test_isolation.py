"""A request sees the rows of its tenant alone, even if its view has no filter."""

from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from config.urls import urlpatterns as product
from jobs import testing
from jobs.models import Batch, Job
from jobs.tenancy.rls import ROLE, as_tenant
from tests.jobs.tenancy.tenant_rows import select
from tests.people import Person


class Forgetful(APIView):
    """Forgets to filter, and stores something before it refuses."""

    def get(self, request: Request) -> Response:
        """Show all there is."""
        return Response({"jobs": [str(job.pk) for job in Job.objects.all()], "role": role()})

    def post(self, request: Request) -> Response:
        """Store, then refuse."""
        job = Job.objects.get()
        Batch.objects.create(organization=job.organization, owner=job.owner, total=1)
        return Response({}, status=409)


def role() -> str:
    [name] = select("SELECT current_user::text")
    return str(name)


urlpatterns = [*product, path("forgetful", Forgetful.as_view())]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def job(owner: Person) -> Job:
    return testing.make("echo", {}, owner=owner.user, organization=owner.organization)


def test_a_view_without_a_filter_shows_no_rows_of_a_stranger(
    owner: Person, stranger: Person, job: Job
) -> None:
    assert owner.client.get("/forgetful").json() == {"jobs": [str(job.pk)], "role": ROLE}
    assert stranger.client.get("/forgetful").json() == {"jobs": [], "role": ROLE}


def test_the_role_ends_with_the_request(owner: Person, job: Job) -> None:
    owner.client.get("/forgetful")
    assert role() == "app"


def test_rows_stored_before_an_error_response_are_rolled_back(owner: Person, job: Job) -> None:
    assert owner.client.post("/forgetful").status_code == 409
    assert Batch.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_callbacks_after_the_commit_run_outside_the_role(owner: Person) -> None:
    roles = []
    with as_tenant(owner.organization.pk):
        inside = role()
        transaction.on_commit(lambda: roles.append(role()))
    assert (inside, roles) == (ROLE, ["app"])


@pytest.mark.django_db(transaction=True)
def test_a_job_submitted_in_a_request_is_released_and_published(owner: Person) -> None:
    parent = owner.client.post("/api/v1/jobs", {"type": "echo", "input": {}}, "json").json()["id"]
    testing.run(Job.objects.get(pk=parent))
    body = {"type": "gathering", "input": {}, "depends_on": [parent]}
    child = owner.client.post("/api/v1/jobs", body, "json").json()["id"]
    stored = Job.objects.get(pk=child)
    assert (stored.state, stored.published_at is not None) == ("pending", True)


def test_a_nested_tenant_restores_the_outer_one(owner: Person, stranger: Person, job: Job) -> None:
    with as_tenant(owner.organization.pk):
        with as_tenant(stranger.organization.pk):
            assert not Job.objects.exists()
        with pytest.raises(KeyError), as_tenant(stranger.organization.pk):
            raise KeyError
        assert (Job.objects.get(), role()) == (job, ROLE)
    assert role() == "app"


def test_a_view_outside_the_middleware_raises_an_error(owner: Person) -> None:
    request = APIRequestFactory().get("/forgetful")
    force_authenticate(request, owner.user)
    with pytest.raises(RuntimeError, match="not isolated"):
        Forgetful.as_view()(request)


def test_a_database_lost_at_the_commit_is_503(
    owner: Person, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(connection, "savepoint_commit", gone)
    response = owner.client.get("/forgetful")
    assert (response.status_code, response.json()["code"]) == (503, "database_unavailable")
    assert int(response.headers["Retry-After"]) > 0
