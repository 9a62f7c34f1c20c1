"""HEAD responds as GET would, without a body and without waiting; every endpoint allows OPTIONS."""

from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from tests.jobs.api.endpoints import CASES
from tests.jobs.api.test_every_endpoint import STREAMS, callers, path_of, things

__all__ = ["callers", "things"]

pytestmark = pytest.mark.usefixtures("threads")


def test_every_endpoint_supports_head_and_options(
    callers: dict[str, APIClient], things: dict[str, Any]
) -> None:
    paths = {name: path_of(name, things) for name in CASES}
    owner, stranger = callers["owner"], callers["stranger"]
    got = {name: path for name, path in paths.items() if name.startswith("GET ")}
    for name, path in got.items():
        response = owner.head(path)
        assert (name, response.status_code) == (name, CASES[name].owner)
        assert b"".join(response) == b""
    statuses = {name: stranger.head(path).status_code for name, path in got.items()}
    assert statuses == {name: CASES[name].stranger for name in got}
    asked = {path.partition("?")[0] for path in paths.values()}
    assert {owner.options(path).status_code for path in asked} == {200}


@pytest.mark.parametrize("name", STREAMS)
def test_head_takes_no_slot_of_the_stream_limit(
    name: str, callers: dict[str, APIClient], things: dict[str, Any]
) -> None:
    for _ in range(settings.STREAMS_A_USER + 1):
        response = callers["owner"].head(path_of(name, things), {"last": "1"})
        assert (response.status_code, response["Content-Type"]) == (200, "text/event-stream")


def test_head_validates_the_parameters_of_get(callers: dict[str, APIClient]) -> None:
    path = "/api/v1/analytics/days"
    assert callers["owner"].head(path, {"type": "echo"}).status_code == 200
    assert callers["owner"].head(path, {"colour": "red"}).status_code == 422
