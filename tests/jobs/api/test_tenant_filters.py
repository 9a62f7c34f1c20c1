"""The filters of the views isolate tenants without row level security, which would hide a gap."""

import uuid
from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from jobs.models import Job
from jobs.tenancy import rls
from tests.jobs.api.endpoints import CASES
from tests.jobs.api.test_every_endpoint import STREAMS, ask, callers, things

__all__ = ["callers", "things"]


def test_a_stranger_sees_nothing_where_row_level_security_is_off(
    callers: dict[str, APIClient], things: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rls, "ROLE", "none")
    with rls.as_tenant(uuid.uuid4()):
        assert Job.objects.exists()
    ids = [str(thing) for thing in things.values() if isinstance(thing, uuid.UUID)]
    for name in sorted(CASES.keys() - STREAMS):
        with transaction.atomic():
            status, shown = ask(callers["stranger"], name, things)
            transaction.set_rollback(True)
        assert status == CASES[name].stranger, (name, shown)
        if status < 300:
            assert not [one for one in ids if one in shown], name
