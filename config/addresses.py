"""Turns the URLs of the environment into what Django and Celery want to be told."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured

DATABASE_SCHEMES = ("postgresql", "postgres")
REDIS_SCHEMES = ("redis", "rediss", "unix")
CELERY_SCHEMES = ("redis", "rediss", "redis+socket")

# libpq's parameters that may stand in the URL's query; `host` may be the folder of a unix socket
LIBPQ = frozenset(
    {"sslmode", "sslrootcert", "sslcert", "sslkey", "target_session_attrs", "application_name"}
)


def database(url: str, *, options: dict[str, str | int]) -> dict[str, Any]:
    """Give the ENGINE, NAME, HOST ... of a `postgresql://user:password@host:port/name?sslmode=...`.

    `options` are libpq's connection parameters; those in the URL win.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", "") or unquote(parts.hostname or "")
    if unknown := sorted(query.keys() - LIBPQ):
        raise ImproperlyConfigured(
            f"DATABASE_URL: {', '.join(unknown)} is not understood in the query: "
            f"expected host, {', '.join(sorted(LIBPQ))}."
        )
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured("DATABASE_URL names no database: expected .../name at its end.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": _port(url),
        "OPTIONS": {**options, **query},
    }


def celery_url(redis_url: str, *, database: int | None = None) -> str:
    """Give Celery's spelling of a Redis URL.

    `unix://` becomes `redis+socket://`; `rediss://` gets the certificate check that Celery demands
    to be told. `database` replaces the number of the Redis database on a unix socket.
    """
    parts = urlsplit(redis_url)
    query = dict(parse_qsl(parts.query))
    if parts.scheme == "unix":
        number = query.pop("db", "0") if database is None else str(database)
        query = {"virtual_host": number, **{k: v for k, v in query.items() if k != "db"}}
        # urlunsplit() would leave the slashes out: it knows no "redis+socket"
        return f"redis+socket://{parts.netloc}{parts.path}?{urlencode(query)}"
    if parts.scheme == "rediss":
        query.setdefault("ssl_cert_reqs", "required")
    return urlunsplit(parts._replace(query=urlencode(query)))


def is_loopback(host: str) -> bool:
    """Whether only this machine gets to the host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _port(url: str) -> str:
    try:
        port = urlsplit(url).port
    except ValueError:
        raise ImproperlyConfigured("DATABASE_URL: its port is no number from 0 to 65535.") from None
    return "" if port is None else str(port)
