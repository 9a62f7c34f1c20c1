"""An invalid variable stops the start with a message that names it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (lambda name: env.integer(name, 1), "many", "a whole number, at least 0"),
        (lambda name: env.integer(name, 1, at_least=1), "0", "at least 1"),
        (lambda name: env.integer(name, 1, at_most=9), "10", "at most 9"),
        (lambda name: env.decimal(name, 1.0), "nan", "a number"),
        (lambda name: env.boolean(name, default=True), "perhaps", "one of 0, 1, false"),
        (lambda name: env.seconds(name, timedelta(0)), "-1", "a number, at least 0"),
        (lambda name: env.seconds(name, timedelta(0)), "1e300", "seconds"),
        (lambda name: env.choice(name, "a", ("a", "b")), "c", "one of a, b"),
        (env.networks, "10.0.0.1/8", "networks such as"),
        (lambda name: env.folder(name, Path("/tmp")), __file__, "a folder"),
    ],
)
def test_an_invalid_value_is_refused_with_the_name_of_its_variable(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[str], object], value: str, expected: str
) -> None:
    monkeypatch.setenv("SOME_NAME", value)
    with pytest.raises(ImproperlyConfigured) as refusal:
        read("SOME_NAME")
    assert f"SOME_NAME='{value}' is not valid" in str(refusal.value)
    assert expected in str(refusal.value)


def test_the_error_of_an_invalid_url_hides_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_URL", "mysql://user:hunter2@host/name")
    with pytest.raises(ImproperlyConfigured, match=r"SOME_URL='mysql:\.\.\.'") as refusal:
        env.url("SOME_URL", "", ("postgresql",))
    assert "hunter2" not in str(refusal.value)


def test_the_error_names_a_missing_variable() -> None:
    with pytest.raises(ImproperlyConfigured, match="NEVER_SET is not set"):
        env.text("NEVER_SET")


@pytest.mark.parametrize("value", ["", "   "])
def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SOME_NAME", value)
    assert env.integer("SOME_NAME", 7) == 7
    assert env.boolean("SOME_NAME", default=True) is True
    assert env.words("SOME_NAME", ["a"]) == ["a"]


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_NAME", "a, b,,c ")
    assert env.words("SOME_NAME") == ["a", "b", "c"]


def test_networks_are_kept_as_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_NAME", "10.1.0.0/16, fd00::/8,192.168.1.7")
    assert env.networks("SOME_NAME") == ("10.1.0.0/16", "fd00::/8", "192.168.1.7")
