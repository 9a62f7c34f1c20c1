"""The OpenAPI description is consistent."""

import json
import re

import pytest
from rest_framework.test import APIClient

from tests.people import Person

pytestmark = pytest.mark.django_db


def test_every_schema_of_a_reference_exists() -> None:
    description = APIClient().get("/api/v1/openapi.json").json()
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(description)))
    assert named <= set(description["components"]["schemas"])


@pytest.mark.parametrize("path", ["jobs?nope=1", "documents?nope=1"])
def test_an_unknown_method_is_refused_before_its_parameters(owner: Person, path: str) -> None:
    assert owner.client.generic("TRACE", f"/api/v1/{path}").status_code == 405
