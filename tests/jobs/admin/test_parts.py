"""The admin lists jobs as they were submitted, and their parts on request."""

import pytest
from django.test import Client
from django.urls import reverse

from jobs.lifecycle import verbs
from jobs.models import Job
from jobs.worker import parts as fan_out
from tests.jobs.conftest import LEASE


@pytest.fixture
def split(job: Job) -> Job:
    """Give a job that waits for two parts."""
    claimed = verbs.claim(job.pk, 1, worker="w", lease=LEASE)
    assert claimed is not None
    assert fan_out.split(claimed, [{"text": "a"}, {"text": "b"}])
    return job


@pytest.mark.parametrize(("query", "jobs"), [("", 1), ("?parts=shown", 3), ("?state=pending", 0)])
def test_the_filter_lists_parts(split: Job, admin_client: Client, query: str, jobs: int) -> None:
    response = admin_client.get(reverse("admin:jobs_job_changelist") + query)
    assert len(response.context["cl"].result_list) == jobs


def test_the_filter_offers_hidden_and_shown_parts(split: Job, admin_client: Client) -> None:
    response = admin_client.get(reverse("admin:jobs_job_changelist"))
    [parts] = [one for one in response.context["cl"].filter_specs if one.title == "parts"]
    offered = [(one["display"], one["selected"]) for one in parts.choices(response.context["cl"])]
    assert offered == [("Hidden", True), ("Shown", False)]
