"""Conveyor for other programs: a client of its REST API, of the standard library alone.

    from jobs.client import Client

    conveyor = Client("https://conveyor.example", key)
    job = conveyor.submit("generate_report", {"title": "Harbour bridge", "bullet_points": ["Deck"]})
    for event in conveyor.follow(job.id):
        print(event.name, event.data)

Nothing here imports Django or the rest of Conveyor: the folder may be copied.
"""

from jobs.client.client import Client, JobOptions
from jobs.client.errors import (
    Conflict,
    ConveyorError,
    Forbidden,
    InvalidRequest,
    LimitReached,
    NotAuthenticated,
    NotFound,
    Problem,
    ServerFailed,
    Unavailable,
    Unreachable,
)
from jobs.client.values import Event, Failure, Fault, Job

__all__ = [
    "Client",
    "Conflict",
    "ConveyorError",
    "Event",
    "Failure",
    "Fault",
    "Forbidden",
    "InvalidRequest",
    "Job",
    "JobOptions",
    "LimitReached",
    "NotAuthenticated",
    "NotFound",
    "Problem",
    "ServerFailed",
    "Unavailable",
    "Unreachable",
]
