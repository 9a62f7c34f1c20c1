"""URLs become the settings of Django, Celery and libpq."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.service_urls import celery_url, database_settings


def test_a_database_url_is_parsed() -> None:
    found = database_settings(
        "postgresql://me:p%40ss@db.example:6432/jobs?sslmode=require",
        options={"connect_timeout": 5},
    )
    assert (found["USER"], found["PASSWORD"]) == ("me", "p@ss")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "6432", "jobs")
    assert found["OPTIONS"] == {"connect_timeout": 5, "sslmode": "require"}


def test_the_host_may_be_the_folder_of_a_unix_socket() -> None:
    found = database_settings("postgresql://app@/app?host=/some/run", options={})
    assert (found["HOST"], found["PORT"]) == ("/some/run", "")
    assert found["OPTIONS"] == {}


@pytest.mark.parametrize(
    ("servers", "hosts", "ports"),
    [
        ("a:5432,b:5433", "a,b", "5432,5433"),
        ("a,b:5433", "a,b", ",5433"),
        ("a,b", "a,b", ""),
        ("[::1]:5432,b", "::1,b", "5432,"),
        ("me:p%2Cq@a,b", "a,b", ""),
    ],
)
def test_a_database_url_may_name_several_servers(servers: str, hosts: str, ports: str) -> None:
    url = f"postgresql://{servers}/jobs?target_session_attrs=read-write"
    found = database_settings(url, options={})
    assert (found["HOST"], found["PORT"], found["NAME"]) == (hosts, ports, "jobs")


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("postgresql://host/", "has no database name"),
        ("postgresql://host/name?sslmod=require", "query: sslmod"),
        ("postgresql://host:port/name", "port"),
    ],
)
def test_a_broken_database_url_is_refused(url: str, complaint: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"DATABASE_URL.*{complaint}"):
        database_settings(url, options={})


@pytest.mark.parametrize(
    ("redis", "celery"),
    [
        ("redis://host:6379/3", "redis://host:6379/3"),
        ("rediss://host/0", "rediss://host/0?ssl_cert_reqs=required"),
        ("unix:///run/v.sock?db=2", "redis+socket:///run/v.sock?virtual_host=2"),
    ],
)
def test_a_redis_url_becomes_a_celery_url(redis: str, celery: str) -> None:
    assert celery_url(redis) == celery


def test_results_on_a_unix_socket_get_their_own_database() -> None:
    assert celery_url("unix:///v.sock?db=0", database=1) == "redis+socket:///v.sock?virtual_host=1"
