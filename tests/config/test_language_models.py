"""Language models are declared by environment variables or in a file."""

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from config import language_models
from jobs import testing
from tests.jobs.ai.llm.provider import Provider, write
from tests.people import Person

FILE = """
default = "small"

[models.small]
base_url = "http://127.0.0.1:8080/v1"
context = 4096
vision = false

[models.large]
model = "gpt-5"
api_key_variable = "SOME_KEY"
wire = "responses"
timeout = 300
price = {prompt = 1.25, completion = 10}

[types]
generate_report = "large"
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the file that declares models."""
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_MODEL"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "models.toml"
    path.write_text(FILE)
    monkeypatch.setenv("AI_MODELS_FILE", str(path))
    return path


@pytest.mark.usefixtures("file")
def test_a_file_declares_models_and_the_environment_holds_their_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOME_KEY", "secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    found = language_models.read()
    assert set(found.models) == {"builtin", "small", "large", "gpt-5-mini"}
    assert (found.default, found.by_job_type) == ("small", {"generate_report": "large"})
    large = found.models["large"]
    assert (large["api_key"], large["price"]) == ("secret", {"prompt": 1.25, "completion": 10.0})
    assert (large["wire"], large["timeout"], large["vision"]) == ("responses", 300.0, True)
    assert found.models["small"]["vision"] is False


@pytest.mark.usefixtures("file")
def test_the_model_that_the_stack_serves_is_the_default_among_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOCAL_MODEL_URL", "http://127.0.0.1:8080")
    found = language_models.read()
    assert (found.default, found.by_job_type) == ("local", {"generate_report": "large"})
    assert found.models["local"]["base_url"] == "http://127.0.0.1:8080/v1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("default = 'nope'", "there is no model 'nope'. Models: builtin"),
        ("[types]\ngenerate_report = 'nope'", "no model 'nope'"),
        ("[models.a]\napi_key = 'sk-123'", "models.a.api_key: Extra inputs"),
        ("[models.a]\nbase_url = 'ftp://x'", "models.a.base_url"),
        ("[models.a]\nprice = {prompt = -1}", "models.a.price.prompt"),
        ("not toml", "is not valid"),
    ],
)
def test_an_invalid_file_stops_the_start(file: Path, text: str, message: str) -> None:
    file.write_text(text)
    with pytest.raises(ImproperlyConfigured) as refusal:
        language_models.read()
    assert str(file) in str(refusal.value)
    assert message in str(refusal.value)
    assert "sk-123" not in str(refusal.value)


def test_a_missing_file_stops_the_start(file: Path) -> None:
    file.unlink()
    with pytest.raises(ImproperlyConfigured, match="No such file"):
        language_models.read()


def test_a_job_uses_its_own_model_or_that_of_its_type(
    stub: Provider, settings: Any, owner: Person
) -> None:
    stub.behave = write
    settings.AI_MODEL_OF_TYPE = {"generate_report": "stub"}
    for asked, used in [({}, "stub"), ({"model": "builtin"}, "builtin")]:
        order = {"bullet_points": ["Cost"], **asked}
        job = testing.make(
            "generate_report", order, owner=owner.user, organization=owner.organization
        )
        assert testing.run(job).output["model"] == used


def test_the_check_reports_a_model_for_an_unknown_job_type(settings: Any) -> None:
    settings.AI_MODEL_OF_TYPE = {"generate_poem": "builtin"}
    assert "generate_poem" in str([one for one in run_checks() if one.id == "jobs.E003"])
