"""Keys of the identity provider are cached, follow its rotations and outlast its outages."""

import socket
from typing import Any

import pytest

from jobs.api import jwt
from tests.jobs.api.conftest import bearer
from tests.jobs.api.identity_provider import STRANGE_KEY, Provider, token

pytestmark = pytest.mark.usefixtures("organization")


def ask(**parts: str) -> Any:
    return bearer(token(**parts)).get("/api/v1/jobs")


def test_many_requests_fetch_the_keys_once(provider: Provider) -> None:
    assert [ask().status_code for _ in range(3)] == [200, 200, 200]
    assert provider.fetched == 1


def test_an_unknown_key_id_refreshes_the_keys_once_per_cooldown(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask()
    keys = jwt.provider(provider.url)
    monkeypatch.setattr(keys, "cooldown_duration", 0.0)
    assert ask(kid="new").status_code == 401
    assert provider.fetched == 2
    monkeypatch.setattr(keys, "cooldown_duration", jwt.REFETCH_INTERVAL_SECONDS)
    assert {ask(kid=f"new-{n}").status_code for n in range(5)} == {401}
    assert provider.fetched == 2


def test_a_new_key_of_the_provider_is_found(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask()
    monkeypatch.setattr(jwt.provider(provider.url), "cooldown_duration", 0.0)
    provider.keys["next"] = provider.keys["rsa"]
    assert ask(kid="next").status_code == 200


def test_a_malformed_token_fetches_no_keys(provider: Provider) -> None:
    assert bearer("nonsense").get("/api/v1/jobs").status_code == 401
    assert provider.fetched == 0


@pytest.mark.parametrize("status", [500, 404])
def test_a_failing_provider_is_503(provider: Provider, status: int) -> None:
    provider.status = status
    for _ in range(3):
        response = ask()
        assert (response.status_code, response.json()["code"]) == (
            503,
            "identity_provider_unavailable",
        )
        assert int(response.headers["Retry-After"]) > 0
        assert response.headers["Content-Type"] == "application/problem+json"
    assert provider.fetched == 1  # then it is left alone for a moment


def test_a_provider_without_keys_is_503(provider: Provider) -> None:
    provider.keys = {}
    assert ask().status_code == 503


def test_a_provider_that_refuses_connections_is_503(provider: Provider, settings: Any) -> None:
    with socket.socket() as shut:
        shut.bind(("127.0.0.1", 0))
        settings.JWT_JWKS_URL = f"http://127.0.0.1:{shut.getsockname()[1]}/"
        assert ask().status_code == 503


def test_known_keys_outlast_an_outage(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    ask()
    cache = jwt.provider(provider.url).jwk_set_cache
    assert cache is not None
    monkeypatch.setattr(cache, "lifespan", 0.0)  # what is known is no longer fresh
    provider.status = 500
    assert ask().status_code == 200
    assert bearer(token(key=STRANGE_KEY)).get("/api/v1/jobs").status_code == 401
    monkeypatch.setattr(jwt, "KEYS_USABLE_SECONDS", 0.0)
    assert ask().status_code == 503
