"""A client generated from the OpenAPI description submits a job and follows it."""

import importlib
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.installation import Installation
from tests.programs import run
from tests.waiting import until


@pytest.fixture
def generated(installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of a client's package, `made`."""
    description = tmp_path / "openapi.json"
    description.write_bytes(installation.http.get("/openapi.json").content)
    config = tmp_path / "config.yml"
    config.write_text("post_hooks: []\n")  # beauty is no matter
    run(
        *("openapi-python-client", "generate", "--meta", "none", "--config", config),
        *("--path", description, "--output-path", tmp_path / "made"),
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path / "made"


def test_a_generated_client_submits_and_follows_a_job(
    installation: Installation, generated: Path
) -> None:
    def part(name: str) -> Any:
        return importlib.import_module(f"made.{name}")

    models, connect = part("models"), part("client").AuthenticatedClient
    submit, read, page = (
        part(f"api.jobs.{name}").sync for name in ("jobs_create", "jobs_retrieve", "jobs_list")
    )
    with connect(base_url=installation.url, token=installation.key) as client:
        body = models.SubmitEcho(type_="echo", input_=models.EchoInput(text="hello"))
        first, again = (submit(client=client, body=body, idempotency_key="k") for _ in range(2))
        assert first.id == again.id

        def ended() -> Any:
            job = read(first.id, client=client, wait=10)
            return job if job.finished_at else None

        assert until(ended).output == {"text": "hello"}
        assert first.id in [job.id for job in page(client=client, limit=5).results]
        assert isinstance(read(uuid.uuid4(), client=client), models.Problem)
