"""A Python client of Conveyor's REST API that needs only the standard library.

    from jobs.client import Client

    conveyor = Client("https://conveyor.example", key)
    job = conveyor.submit("generate_report", {"title": "Harbour bridge", "bullet_points": ["Deck"]})
    for event in conveyor.follow(job.id):
        print(event.name, event.data)

It imports neither Django nor the rest of Conveyor, so you can copy the folder.
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
