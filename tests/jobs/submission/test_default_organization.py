"""A process remembers the default organization of a user; each submission verifies it."""

import pytest

import jobs
from jobs.errors import LimitReached, Refused, TooManyForLimit
from jobs.models import Job, Organization
from jobs.models.tenants import Membership
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)


def submit_twice(owner: Person) -> Job:
    jobs.submit("echo", {}, owner=owner.user)
    return jobs.submit("echo", {}, owner=owner.user)


def test_the_job_belongs_to_the_remembered_organization(owner: Person) -> None:
    assert submit_twice(owner).organization == owner.organization


def test_a_former_member_is_refused(owner: Person) -> None:
    submit_twice(owner)
    Membership.objects.filter(user=owner.user).delete()
    with pytest.raises(Refused, match="not a member"):
        jobs.submit("echo", {}, owner=owner.user)


def test_a_user_who_has_moved_submits_for_the_new_organization(owner: Person) -> None:
    submit_twice(owner)
    other = Organization.objects.create(name="Other", slug="other")
    Membership.objects.filter(user=owner.user).update(organization=other)
    job = jobs.submit("echo", {}, owner=owner.user)
    job.refresh_from_db()
    assert job.organization == other


@pytest.mark.parametrize("option", ["unique", "debounce"])
def test_a_user_who_has_moved_finds_no_job_of_the_former_organization(
    owner: Person, option: str
) -> None:
    options = {
        "unique": jobs.JobOptions(unique=jobs.Unique(key="k")),
        "debounce": jobs.JobOptions(debounce=jobs.Debounce(key="k", seconds=60)),
    }[option]
    submit_twice(owner)
    first = jobs.submit("echo", {}, owner=owner.user, options=options)
    other = Organization.objects.create(name="Other", slug="other")
    Membership.objects.filter(user=owner.user).update(organization=other)
    assert jobs.submit("echo", {}, owner=owner.user, options=options).pk != first.pk


def test_changed_limits_hold_at_once(owner: Person) -> None:
    submit_twice(owner)
    Organization.objects.update(limits={"user": 0})
    with pytest.raises(TooManyForLimit):
        jobs.submit("limited", {"text": "x"}, owner=owner.user)
    Organization.objects.update(limits={"user": 1})
    jobs.submit("limited", {"text": "x"}, owner=owner.user)
    with pytest.raises(LimitReached):
        jobs.submit("limited", {"text": "x"}, owner=owner.user)
    Organization.objects.update(limits={"user": 2})
    jobs.submit("limited", {"text": "x"}, owner=owner.user)


def test_a_caller_may_change_the_organization_of_a_job(owner: Person) -> None:
    job = submit_twice(owner)
    job.organization.slug = "changed"
    assert jobs.submit("echo", {}, owner=owner.user).organization.slug == owner.organization.slug
