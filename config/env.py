"""Reads environment variables; an invalid value raises `ImproperlyConfigured` with the name.

An empty variable counts as unset: compose files and platforms write `NAME=` for no value.
"""

import math
import os
from collections.abc import Collection
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off"})


def raw(name: str) -> str:
    """Return the variable without surrounding white space; "" if it is unset."""
    return os.environ.get(name, "").strip()


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or `default`. Without a default the variable is required."""
    value = raw(name)
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set, but it is required. See .env.example.")
    return default


def integer(name: str, default: int, *, at_least: int = 0, at_most: int | None = None) -> int:
    """Read a whole number within inclusive bounds."""
    value = raw(name)
    if not value:
        return default
    upper = "" if at_most is None else f" and at most {at_most}"
    expected = f"a whole number, at least {at_least}{upper}"
    try:
        number = int(value)
    except ValueError:
        _reject(name, value, expected)
    if number < at_least or (at_most is not None and number > at_most):
        _reject(name, value, expected)
    return number


def decimal(name: str, default: float, *, at_least: float = 0.0) -> float:
    """Read a finite number."""
    value = raw(name)
    if not value:
        return default
    expected = f"a number, at least {at_least:g}"
    try:
        number = float(value)
    except ValueError:
        _reject(name, value, expected)
    if not math.isfinite(number) or number < at_least:
        _reject(name, value, expected)
    return number


def boolean(name: str, *, default: bool) -> bool:
    """Read one of the words in `YES` and `NO`, in any case."""
    value = raw(name).lower()
    if not value:
        return default
    if value not in YES | NO:
        _reject(name, value, "one of " + ", ".join(sorted(YES | NO)))
    return value in YES


def seconds(name: str, default: timedelta) -> timedelta:
    """Read a duration in seconds; fractions are allowed."""
    number = decimal(name, default.total_seconds())
    try:
        return timedelta(seconds=number)
    except OverflowError:
        _reject(name, raw(name), "a duration in seconds that is not so large")


def choice(name: str, default: str, options: Collection[str]) -> str:
    """Read one of `options`."""
    value = raw(name) or default
    if value not in options:
        _reject(name, value, "one of " + ", ".join(sorted(filter(None, options))))
    return value


def words(name: str, default: Collection[str] = ()) -> list[str]:
    """Read a list of words, separated by commas."""
    items = [word.strip() for word in raw(name).split(",")]
    return [word for word in items if word] or list(default)


def networks(name: str) -> tuple[str, ...]:
    """Read a list of networks or addresses: `10.1.0.0/16, fd00::/8, 192.168.1.7`."""
    items = words(name)
    for word in items:
        try:
            ip_network(word)
        except ValueError:
            _reject(name, word, "networks such as 10.1.0.0/16, separated by commas")
    return tuple(items)


def url(name: str, default: str, schemes: Collection[str]) -> str:
    """Read a URL with one of these schemes. The error message never contains its password."""
    value = raw(name) or default
    scheme = urlsplit(value).scheme
    if value and scheme not in schemes:
        expected = "a URL that starts with " + " or ".join(f"{allowed}://" for allowed in schemes)
        _reject(name, f"{scheme}:..." if scheme else "(hidden)", expected)
    return value


def folder(name: str, default: Path) -> Path:
    """Return the absolute path of a folder; the folder need not exist."""
    path = Path(raw(name) or default).expanduser().resolve()
    if path.exists() and not path.is_dir():
        _reject(name, str(path), "a folder, but this is a file")
    return path


def _reject(name: str, value: str, expected: str) -> NoReturn:
    raise ImproperlyConfigured(f"{name}={value!r} is not valid. Expected {expected}.")
