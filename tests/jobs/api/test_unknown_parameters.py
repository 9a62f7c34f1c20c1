"""A request with an unknown query parameter is refused, so that no filter is ignored silently."""

from dataclasses import replace
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.jobs.api.endpoints import CASES
from tests.jobs.api.test_every_endpoint import STREAMS, ask, callers, things

__all__ = ["callers", "things"]


def test_every_endpoint_refuses_an_unknown_parameter(
    callers: dict[str, APIClient], things: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in sorted(CASES.keys() - set(STREAMS)):
        query = CASES[name].query
        asked = replace(CASES[name], query=f"{query}{'&' if query else '?'}colour=red")
        monkeypatch.setitem(CASES, name, asked)
        status, shown = ask(callers["owner"], name, things)
        assert (status, '"/colour"' in shown) == (422, True), name
