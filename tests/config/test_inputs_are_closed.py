"""A check warns of job types whose inputs ignore unknown fields."""

from dataclasses import replace

import pytest
from pydantic import BaseModel

from jobs import registry
from jobs.checks import check_settings


class Order(BaseModel):
    """An input that ignores unknown fields, as pydantic's models do by default."""

    city: str


class Closed(Order, extra="forbid"):
    """One that refuses them."""


@pytest.mark.parametrize(("model", "warned"), [(Order, True), (Closed, False)])
def test_the_check_warns_of_an_input_that_ignores_unknown_fields(
    model: type[BaseModel], warned: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = replace(registry.get("echo"), name="forecast", input=model)
    monkeypatch.setitem(registry._types, "forecast", declared)
    messages = [str(one.msg) for one in check_settings() if one.id == "jobs.W006"]
    assert [("forecast" in one) for one in messages] == [True] * warned
