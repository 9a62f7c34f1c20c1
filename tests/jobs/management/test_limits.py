"""`manage.py limits`: what it prints, changes and refuses."""

import io

import pytest
from django.core.management import CommandError, call_command

from jobs.models import Organization
from tests.jobs.submission.organization_limits import RESEARCH, submit
from tests.people import Person


def limits(*arguments: str) -> dict[tuple[str, str], list[str]]:
    out = io.StringIO()
    call_command("limits", *arguments, stdout=out)
    rows = [line.split() for line in out.getvalue().splitlines()[2:]]
    return {(name, scope): numbers for name, scope, *numbers in rows}


def test_the_command_prints_and_changes_limits(owner: Person) -> None:
    submit(owner)
    assert limits("acme")["limited", "user"] == ["3", "3", "1"]
    changed = limits("acme", "--set", "user=1200", "--set", "limited.user=2")
    assert changed["limited", "user"] == ["2", "3", "1"]
    assert changed[RESEARCH, "user"] == ["1,200", "3", "0"]
    owner.organization.refresh_from_db()
    assert owner.organization.limits == {"user": 1200, "limited": {"user": 2}}
    assert limits("acme", "--weight", "0.5")["limited", "user"] == ["2", "3", "1"]
    owner.organization.refresh_from_db()
    assert (owner.organization.weight, owner.organization.limits["user"]) == (0.5, 1200)
    assert limits("acme", "--unset", "limited.user")["limited", "user"] == ["1,200", "3", "1"]
    assert limits("acme", "--unset", "user")["limited", "user"] == ["3", "3", "1"]
    owner.organization.refresh_from_db()
    assert owner.organization.limits == {}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "no organization with the slug nowhere"),
        (["acme", "--set", "user"], "is not .*TYPE.*SCOPE=N"),
        (["acme", "--set", "user=-1"], "is not .*TYPE.*SCOPE=N"),
        (["acme", "--set", "teams=1"], "use one of the scopes"),
        (["acme", "--set", "nothing.user=1"], "no job type nothing"),
        (["acme", "--unset", "user"], "user is not set"),
        (["acme", "--weight", "0"], "above 0"),
        (["acme", "--weight", "inf"], "at most 1000"),
    ],
)
def test_the_command_says_what_is_wrong(
    organization: Organization, arguments: list[str], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("limits", *arguments)
    organization.refresh_from_db()
    assert organization.limits == {}
