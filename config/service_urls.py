"""Converts the URLs of the environment to the settings of Django and Celery."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured

DATABASE_SCHEMES = ("postgresql", "postgres")
REDIS_SCHEMES = ("redis", "rediss", "unix")
CELERY_SCHEMES = ("redis", "rediss", "redis+socket")

# libpq parameters that the query may contain; `host` can be the folder of a unix socket
LIBPQ_PARAMETERS = frozenset(
    {"sslmode", "sslrootcert", "sslcert", "sslkey", "target_session_attrs", "application_name"}
)


def database_settings(url: str, *, options: dict[str, str | int]) -> dict[str, Any]:
    """Return the entry of DATABASES for `postgresql://user:password@host:port/name?sslmode=...`.

    Several hosts, separated by commas, are tried in turn, as libpq does.
    `options` are connection parameters of libpq; those in the URL override them.
    Raises `ImproperlyConfigured` for an unknown parameter, a missing name or a bad port.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    hosts, ports = _hosts(parts.netloc)
    host = query.pop("host", "") or hosts
    if unknown := sorted(query.keys() - LIBPQ_PARAMETERS):
        raise ImproperlyConfigured(
            f"DATABASE_URL has an unknown parameter in its query: {', '.join(unknown)}. "
            f"Allowed are host, {', '.join(sorted(LIBPQ_PARAMETERS))}."
        )
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured("DATABASE_URL has no database name. Add it to the end: .../name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": ports,
        "OPTIONS": {**options, **query},
    }


def celery_url(redis_url: str, *, database: int | None = None) -> str:
    """Convert a Redis URL to the form that Celery expects.

    `unix://` becomes `redis+socket://`. `rediss://` gets `ssl_cert_reqs`, which Celery requires.
    `database` overrides the number of the Redis database of a unix socket.
    """
    parts = urlsplit(redis_url)
    query = dict(parse_qsl(parts.query))
    if parts.scheme == "unix":
        number = query.pop("db", "0") if database is None else str(database)
        query = {"virtual_host": number, **{k: v for k, v in query.items() if k != "db"}}
        # urlunsplit() would omit the slashes: it does not know "redis+socket"
        return f"redis+socket://{parts.netloc}{parts.path}?{urlencode(query)}"
    if parts.scheme == "rediss":
        query.setdefault("ssl_cert_reqs", "required")
    return urlunsplit(parts._replace(query=urlencode(query)))


def is_loopback(host: str) -> bool:
    """Whether the host can be reached only from this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _hosts(netloc: str) -> tuple[str, str]:
    """Return hosts and ports, each separated by commas; a missing port is empty."""
    servers = [urlsplit(f"//{server}") for server in netloc.rpartition("@")[2].split(",")]
    try:
        ports = [str(server.port or "") for server in servers]
    except ValueError:
        raise ImproperlyConfigured(
            "DATABASE_URL has an invalid port. Expected a number from 0 to 65535."
        ) from None
    hosts = ",".join(unquote(server.hostname or "") for server in servers)
    return hosts, ",".join(ports) if any(ports) else ""
