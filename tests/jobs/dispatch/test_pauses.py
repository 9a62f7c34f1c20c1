"""A paused job is not started, whatever lies at the broker, and goes on when it is resumed."""

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from jobs import testing
from jobs.dispatch import pauses, window
from jobs.errors import NotFound
from jobs.lifecycle import verbs
from jobs.lifecycle.functions import Claim
from jobs.maintenance import relay
from jobs.models import Job, Pause
from jobs.models.pauses import PauseScope
from tests.jobs.conftest import LEASE
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)
SCOPES = [scope for scope in PauseScope if scope != PauseScope.WORKER]


def target(job: Job, scope: PauseScope) -> str:
    return str({"queue": job.queue, "type": job.type}.get(scope, job.organization_id))


def claim_next(job: Job) -> Job | None:
    return verbs.claim_next(
        Claim(queue=job.queue, type=job.type, worker="w", lease=LEASE, known_types=[job.type])
    )


def claim(job: Job) -> Job | None:
    return verbs.claim(job.pk, 1, worker="w", lease=LEASE)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_paused_job_is_not_claimed(job: Job, scope: PauseScope) -> None:
    pauses.pause(scope, target(job, scope), actor="olga")
    assert claim(job) is None
    pauses.resume(scope, target(job, scope))
    assert claim(job) is not None


@pytest.mark.parametrize("scope", SCOPES)
def test_a_pause_of_something_else_changes_nothing(job: Job, scope: PauseScope) -> None:
    pauses.pause(scope, "01a22de8-0000-7000-8000-000000000000", actor="olga")
    assert claim(job) is not None


@pytest.mark.parametrize("scope", SCOPES)
def test_a_running_job_goes_on(job: Job, scope: PauseScope) -> None:
    running = claim(job)
    pauses.pause(scope, target(job, scope), actor="olga")
    assert running is not None
    assert verbs.complete(running, {"text": ""}) is not None


@pytest.mark.parametrize("scope", SCOPES)
def test_a_paused_job_leaves_the_line_until_it_is_resumed(job: Job, scope: PauseScope) -> None:
    pauses.pause(scope, target(job, scope), actor="olga")
    assert claim_next(job) is None
    assert window.fill(job.queue) == 0
    relay.relay()
    job.refresh_from_db()
    assert (job.blocked_by, job.published_at) == (f"pause:{scope}:{target(job, scope)}", None)
    pauses.resume(scope, target(job, scope))
    job.refresh_from_db()
    assert (job.blocked_by, job.published_at is not None) == ("", True)
    assert claim_next(job) == job


@pytest.mark.parametrize("scope", SCOPES)
def test_the_relay_returns_jobs_whose_pause_was_deleted(job: Job, scope: PauseScope) -> None:
    pauses.pause(scope, target(job, scope), actor="olga")
    assert claim_next(job) is None
    Pause.objects.all().delete()
    relay.relay()
    assert claim_next(job) == job


def test_jobs_of_others_pass_a_paused_organization(job: Job, stranger: Person) -> None:
    pauses.pause(PauseScope.ORGANIZATION, str(job.organization_id), actor="olga")
    other = testing.make(
        job.type, {"text": ""}, owner=stranger.user, organization=stranger.organization
    )
    assert claim_next(job) == other


def test_the_first_pause_keeps_its_actor_and_reason(job: Job) -> None:
    pauses.pause(PauseScope.QUEUE, job.queue, actor="olga", reason="Provider is down")
    pauses.pause(PauseScope.QUEUE, job.queue, actor="tariq", reason="")
    assert Pause.objects.values_list("actor", "reason").get() == ("olga", "Provider is down")


def test_resuming_what_is_not_paused_is_an_error(job: Job) -> None:
    with pytest.raises(NotFound, match="is not paused"):
        pauses.resume(PauseScope.QUEUE, job.queue)


def test_a_key_needs_the_scope_admin_to_pause(owner: Person) -> None:
    body = {"scope": "organization"}
    assert owner.client.post("/api/v1/pauses", body, "json").status_code == 403
    assert owner.client.get("/api/v1/pauses").status_code == 200


def test_a_member_pauses_the_jobs_of_the_organization(
    owner: Person, stranger: Person, make_job: Callable[..., Job]
) -> None:
    for person in (owner, stranger):
        person.user.api_keys.update(scopes=["admin"])
    body = {"scope": "organization", "reason": "Audit"}
    response = owner.client.post("/api/v1/pauses", body, "json")
    assert (response.status_code, response.json()["actor"]) == (201, "olga")
    assert claim(make_job()) is None
    assert stranger.client.get("/api/v1/pauses").json()["results"] == []
    path = f"/api/v1/pauses/{response.json()['id']}"
    assert stranger.client.delete(path).status_code == 404
    assert owner.client.delete(path).status_code == 204
    assert claim(make_job()) is not None


@pytest.mark.parametrize("scope", ["queue", "type"])
def test_only_operators_pause_what_organizations_share(
    owner: Person, make_job: Callable[..., Job], scope: str
) -> None:
    owner.user.api_keys.update(scopes=["admin"])
    value = {"queue": "default", "type": "echo"}[scope]
    body = {"scope": scope, "value": value}
    assert owner.client.post("/api/v1/pauses", body, "json").status_code == 403
    owner.user.is_staff = True
    owner.user.save()
    response = owner.client.post("/api/v1/pauses", body, "json")
    assert response.status_code == 201
    job = make_job()
    assert claim(job) is None
    assert owner.client.delete(f"/api/v1/pauses/{response.json()['id']}").status_code == 204
    assert claim(job) is not None


def test_the_commands_pause_and_resume(owner: Person, job: Job) -> None:
    call_command("pause", "organization", owner.organization.slug, "--reason", "Audit")
    assert claim(job) is None
    call_command("resume", "organization", owner.organization.slug)
    assert claim(job) is not None
    with pytest.raises(CommandError, match="no organization"):
        call_command("pause", "organization", "nowhere")
    with pytest.raises(CommandError, match="not paused"):
        call_command("resume", "queue", "default")
