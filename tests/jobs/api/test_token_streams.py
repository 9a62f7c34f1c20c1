"""A stream that was opened with a token ends when the token expires."""

import asyncio
import itertools
import time
from typing import Any

import pytest
from django.test import AsyncClient

from jobs.api import jwt
from tests.jobs.api.identity_provider import Provider, token

PATH = "/api/v1/jobs/stream"


async def ask(bearer: str) -> Any:
    return await AsyncClient().get(PATH, headers={"Authorization": f"Bearer {bearer}"})


async def follow_to_the_end() -> Any:
    """Follow with a token that lives as short as this machine allows; then ask once more."""
    for seconds in itertools.count(1):
        ends = int(time.time()) + seconds
        short = token(exp=ends)
        response = await ask(short)
        if response.status_code == 200:
            break
    async for _ in response.streaming_content:
        pass
    assert time.time() >= ends
    return await ask(short)


@pytest.mark.usefixtures("quick", "organization")
def test_a_stream_ends_with_its_token(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwt, "LEEWAY_SECONDS", 0.0)
    refused = asyncio.run(asyncio.wait_for(follow_to_the_end(), 60))
    assert (refused.status_code, "has expired" in refused.json()["detail"]) == (401, True)
