"""Streams go to the event loop, everything else to threads."""

import pytest

from config.web import is_stream
from tests.config.asgi_client import scope


@pytest.mark.parametrize(
    ("path", "stream"),
    [
        ("/api/v1/jobs/0190/stream", True),
        ("/api/v1/jobs/stream", True),
        ("/api/v1/jobs/0190", False),
        ("/api/v1/jobs/upstream", False),
        ("/admin/stream", False),
    ],
)
def test_only_paths_of_the_api_that_end_in_stream_are_streams(path: str, stream: bool) -> None:
    assert is_stream(scope(path)) is stream
