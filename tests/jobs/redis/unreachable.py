"""A Redis that is down."""

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry


def unreachable_client() -> "redis.Redis":
    """Return a client whose calls fail at once: by default it would repeat them for seconds."""
    return redis.Redis(unix_socket_path="/nowhere/redis.sock", retry=Retry(NoBackoff(), 0))
