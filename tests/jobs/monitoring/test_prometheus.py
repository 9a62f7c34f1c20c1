"""`/metrics`: its access rules and its format."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from rest_framework.test import APIClient

from jobs.attempt import fenced_writes
from jobs.models import Counter, Job
from jobs.models.tenants import create_api_key
from jobs.monitoring.prometheus import recent
from jobs.redis import heartbeats, stream_limits
from jobs.redis.client import get_client
from tests.jobs.redis.unreachable import unreachable_client
from tests.people import Person, make_person

pytestmark = pytest.mark.django_db

Samples = dict[str, float]


@pytest.fixture(autouse=True)
def _nothing_is_known(settings: Any) -> Iterator[None]:
    settings.METRICS_TOKEN = "a token for Prometheus"
    get_client().flushdb()
    recent.clear()
    yield
    recent.clear()


@pytest.fixture
def scraper() -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Bearer a token for Prometheus", HTTP_ACCEPT="text/plain")
    return client


def scraped(client: APIClient) -> Samples:
    """Read the metrics as Prometheus does; give values by name and labels."""
    response = client.get("/metrics")
    assert response.status_code == 200, response.content
    assert response.headers["Content-Type"].startswith("text/plain")
    seen = {}
    for family in text_string_to_metric_families(response.content.decode()):
        for sample in family.samples:
            labels = [value for _, value in sorted(sample.labels.items())]
            seen[" ".join([sample.name.removeprefix("conveyor_"), *labels])] = sample.value
    return seen


def with_key(person: Person, *scopes: str) -> APIClient:
    _, secret = create_api_key(person.user, person.organization, name="m", scopes=scopes)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def test_a_tenant_cannot_read_the_metrics(
    owner: Person, teammate: Person, stranger: Person
) -> None:
    for person in (owner, teammate, stranger):
        assert person.client.get("/metrics").status_code == 403
        assert with_key(person, "admin").get("/metrics").status_code == 403
    browser = APIClient()
    browser.force_login(owner.user)
    assert browser.get("/metrics").status_code == 403


def test_staff_reads_metrics_with_a_session_or_an_admin_key(owner: Person) -> None:
    staff = make_person("stella", owner.organization, is_staff=True)
    assert staff.client.get("/metrics").status_code == 403  # its key may read and write jobs
    assert with_key(staff, "admin").get("/metrics").status_code == 200
    browser = APIClient()
    browser.force_login(staff.user)
    assert browser.get("/metrics").status_code == 200


def test_a_request_without_a_valid_credential_is_not_authenticated(settings: Any) -> None:
    for token in ("a token for Prometheus", ""):
        settings.METRICS_TOKEN = token
        for credential in ("", "Bearer wrong", "Bearer "):
            response = APIClient().get("/metrics", headers={"Authorization": credential})
            assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
            assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_queues_have_a_length_and_an_age(scraper: APIClient, make_job: Callable[..., Job]) -> None:
    for _ in range(3):
        make_job("echo", text="x")
    seen = scraped(scraper)
    assert seen["queue_depth default"] == 3
    assert 0 < seen["queue_oldest_seconds default"] < 600
    assert seen["queue_depth documents"] == 0
    assert seen["jobs pending echo"] == 3
    assert seen["jobs running echo"] == 0


def test_a_counter_without_events_is_zero(scraper: APIClient, make_job: Callable[..., Job]) -> None:
    Counter.objects.create(name="finished", labels=["echo", "failed"], value=7)
    fenced_writes.add_usage(
        make_job(), model="m", prompt_tokens=5, completion_tokens=0, cost_usd=0.5
    )
    seen = scraped(scraper)
    assert seen["jobs_finished_total failed echo"] == 7
    assert seen["jobs_finished_total completed echo"] == 0
    assert seen["webhook_tries_total delivered"] == 0
    assert seen["model_tokens_total prompt m"] == 5
    assert seen["model_cost_usd_total m"] == 0.5


def test_a_histogram_adds_its_buckets_up(scraper: APIClient) -> None:
    for bound, number in (("0.5", 2), ("60", 3), ("+Inf", 1)):
        Counter.objects.create(name="wait", labels=["echo", bound], value=number)
    Counter.objects.create(name="wait_sum", labels=["echo"], value=4321)
    seen = scraped(scraper)
    expected = {"0.1": 0, "0.5": 2, "30.0": 2, "60.0": 5, "3600.0": 5, "+Inf": 6}
    for bound, number in expected.items():
        assert seen[f"job_wait_seconds_bucket {bound} echo"] == number
    assert seen["job_wait_seconds_count echo"] == 6
    assert seen["job_wait_seconds_sum echo"] == 4321


def test_heartbeats_and_open_streams_are_shown(scraper: APIClient) -> None:
    heartbeats.record_worker("worker@a", ["default", "documents"], 2)
    heartbeats.record_worker("worker@b", ["default"], 1)
    heartbeats.record_task("jobs.relay")
    stream_limits.acquire("olga")
    stream_limits.acquire("tariq").release()
    seen = scraped(scraper)
    assert seen["workers default"] == 2
    assert seen["workers documents"] == 1
    assert seen["workers research"] == 0
    assert 0 <= seen["maintenance_lag_seconds jobs.relay"] < 60
    assert seen["streams_open"] == 1


def test_metrics_from_the_database_are_shown_without_redis(
    scraper: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = unreachable_client()
    monkeypatch.setattr(heartbeats, "get_client", lambda: nowhere)
    monkeypatch.setattr(stream_limits, "get_client", lambda: nowhere)
    seen = scraped(scraper)
    assert seen["redis_up"] == 0
    assert "queue_depth default" in seen
    assert not [name for name in seen if name.startswith(("workers", "streams_open", "maint"))]
