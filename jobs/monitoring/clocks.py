"""How far the clocks of the machines differ from that of the database."""

import redis

from jobs.models.clock import database_clock
from jobs.redis import heartbeats

WEB = "web"


def read_skews() -> dict[str, float]:
    """Return by how many seconds the clocks of this web process and of each worker are ahead.

    Jobs do not depend on them. Without Redis, only the clock of this process is known.
    """
    skews = {WEB: database_clock.read_skew().total_seconds()}
    try:
        found = heartbeats.read()
    except redis.RedisError:
        return skews
    redis_ahead = found.read_at - database_clock.now().timestamp()
    return skews | {name: ahead + redis_ahead for name, ahead in found.clocks.items()}
