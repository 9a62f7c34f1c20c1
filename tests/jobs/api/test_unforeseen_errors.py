"""An unexpected error gives a problem without internals, and stores nothing."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from jobs.api import views
from jobs.models import Job
from jobs.submission.submit import submit_job
from tests.people import Person

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_unexpected_error_stores_neither_job_nor_idempotency_key(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: APIClient = owner.client
    client.raise_request_exception = False
    sent: dict[str, Any] = {"type": "echo", "input": {"text": "x"}}

    def post() -> Any:
        return client.post("/api/v1/jobs", sent, "json", headers={"Idempotency-Key": "k"})

    with monkeypatch.context() as broken:

        def store_and_fail(*args: Any, **kwargs: Any) -> Job:
            submit_job(*args, **kwargs)
            raise ZeroDivisionError("the secret of the house")

        broken.setattr(views, "submit_job", store_and_fail)
        response = post()
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
    assert response.json()["code"] == "internal_error"
    assert "secret" not in response.content.decode()
    assert not Job.objects.exists()
    assert post().status_code == 202
