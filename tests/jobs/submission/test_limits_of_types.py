"""Which jobs count against a limit, and what a refusal tells the caller."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.utils import timezone

from jobs import registry
from jobs.errors import LimitReached, TooManyForLimit
from jobs.lifecycle import verbs
from jobs.lifecycle.failures import TIMED_OUT
from jobs.models import Job
from jobs.models.limits import validate_limits
from jobs.submission.submit import JobOptions, JobRequest, submit_batch, submit_job
from tests.jobs.conftest import LEASE
from tests.people import Person

RESEARCH = (
    "brief_generation",
    "competitor_analysis",
    "evidence_search",
    "market_research",
    "option_analysis",
)


NO_OPTIONS = JobOptions()


def submit(person: Person, options: JobOptions = NO_OPTIONS, type: str = "limited") -> Job:
    mine = {"owner": person.user, "organization": person.organization}
    return submit_job(type, {"text": "x"}, options=options, **mine)  # type: ignore[arg-type]


def test_scheduled_jobs_take_no_place(owner: Person) -> None:
    next_year = JobOptions(run_at=timezone.now() + timedelta(days=360))
    for _ in range(5):
        assert submit(owner, next_year).state == "scheduled"
    assert submit(owner).state == "pending"


def test_a_job_that_backs_off_keeps_its_place(owner: Person) -> None:
    jobs = [submit(owner) for _ in range(3)]
    claimed = verbs.claim(jobs[0].pk, 1, worker="w", lease=LEASE)
    assert claimed is not None
    assert verbs.back_off(claimed, TIMED_OUT, wait=LEASE, uncounted=False) is not None
    with pytest.raises(LimitReached):
        submit(owner)


def test_waiting_jobs_take_no_place(owner: Person) -> None:
    first = submit(owner, type="echo")
    for _ in range(5):
        assert submit(owner, JobOptions(depends_on=(first.pk,))).state == "waiting"
    assert submit(owner).state == "pending"


def test_a_batch_that_can_never_fit_is_refused_for_good(owner: Person) -> None:
    batch = [JobRequest(type="limited", input={"text": "x"})] * 4
    with pytest.raises(TooManyForLimit) as refused:
        submit_batch(batch, owner=owner.user, organization=owner.organization)
    error = refused.value
    assert (error.limit, error.size, error.requested) == ("user", 3, 4)
    body = {"jobs": [{"type": "limited", "input": {"text": "x"}}] * 4}
    response = owner.client.post("/api/v1/jobs/batch", body, "json")
    problem = response.json()
    assert (response.status_code, problem["code"]) == (422, "too_many_for_limit")
    assert (problem["limit"], problem["size"], problem["requested"]) == ("user", 3, 4)
    assert "Retry-After" not in response.headers


@pytest.mark.parametrize("name", RESEARCH)
def test_research_types_have_the_limits_of_research(name: str) -> None:
    sizes = {limit.scope: limit.size for limit in registry.get(name).limits}
    assert sizes == {"organization": 5, "user": 3, "subject": 2}


@pytest.mark.parametrize(
    "declared",
    [one for one in registry.all_types() if one.app != "jobtypes" and one.name not in RESEARCH],
    ids=lambda declared: declared.name,
)
def test_other_types_take_a_batch_of_a_thousand(declared: registry.JobType) -> None:
    assert min(limit.size for limit in declared.limits) >= 1000


def run_for(job: Job, seconds: float) -> None:
    """Claim a job, as if its attempt had begun some seconds ago."""
    assert verbs.claim(job.pk, 1, worker="w", lease=LEASE)
    Job.objects.filter(pk=job.pk).update(started_at=Now() - timedelta(seconds=seconds))


def complete_after(job: Job, seconds: float) -> None:
    """End a job that ran for some seconds."""
    Job.objects.filter(pk=job.pk).update(
        state="completed", started_at=Now() - timedelta(seconds=seconds), finished_at=Now()
    )


def wait_of_refusal(person: Person) -> float:
    with pytest.raises(LimitReached) as refused:
        submit(person)
    wait = refused.value.retry_after
    assert wait is not None
    return wait.total_seconds()


def test_retry_after_is_when_a_running_job_should_end(owner: Person) -> None:
    for _ in range(3):
        complete_after(submit(owner), 40)
    for seconds in (5, 30, 10):
        run_for(submit(owner), seconds)
    assert wait_of_refusal(owner) == pytest.approx(10, abs=1)  # 40 s usual, 30 s gone


def test_retry_after_of_a_job_that_is_overdue_is_short(owner: Person) -> None:
    complete_after(submit(owner), 2)
    for seconds in (500, 1, 1):
        run_for(submit(owner), seconds)
    assert wait_of_refusal(owner) == 1


def test_retry_after_without_a_history_is_what_the_type_declares(owner: Person) -> None:
    for _ in range(3):
        submit(owner)
    declared = sum(registry.get("limited").typical_duration, timedelta()) / 2
    assert wait_of_refusal(owner) == pytest.approx(declared.total_seconds(), abs=1)


@pytest.mark.parametrize(
    "limits",
    [
        {"user": "ten"},
        {"user": -1},
        {"user": True},
        {"user": 1.5},
        {"teams": 3},
        {"echo": {"teams": 3}},
        {"echo": {"user": None}},
        {"echo": {"user": {"user": 3}}},
        {"user": {"user": 3}},
        [],
        3,
    ],
)
def test_limits_of_another_shape_are_refused_where_they_are_typed(limits: object) -> None:
    with pytest.raises(ValidationError):
        validate_limits(limits)


@pytest.mark.parametrize("limits", [{}, {"user": 0}, {"user": 5, "echo": {"organization": 9}}])
def test_limits_of_the_right_shape_are_accepted(limits: object) -> None:
    validate_limits(limits)


def test_a_stored_limit_that_is_no_number_stops_no_submission(owner: Person) -> None:
    owner.organization.limits = {"user": "ten", "limited": {"organization": None}}
    assert submit(owner).state == "pending"
