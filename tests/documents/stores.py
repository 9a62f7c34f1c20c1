"""Storage backends for tests: a folder, and an S3 server over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

BUCKET = "files"


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A bucket of the server, and how settings name it."""

    url: str
    client: Any

    @property
    def storage(self) -> dict[str, Any]:
        """Return it as an entry of `STORAGES`."""
        return {
            "BACKEND": "documents.s3.S3Files",
            "OPTIONS": {
                "bucket_name": BUCKET,
                "endpoint_url": self.url,
                "region_name": "us-east-1",
                "addressing_style": "path",
                "access_key": "test",
                "secret_key": "test",
            },
        }

    def names(self) -> list[str]:
        """List what is in it."""
        listed = self.client.list_objects_v2(Bucket=BUCKET)
        return [found["Key"] for found in listed.get("Contents", ())]


@contextmanager
def bucket() -> Iterator[Bucket]:
    """Run a server with an empty bucket."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        client = boto3.client(
            "s3",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        client.create_bucket(Bucket=BUCKET)
        yield Bucket(url=url, client=client)
    finally:
        s3_backends.reset()  # what it holds is the process's, not the server's
        server.stop()


def folder(path: Path) -> dict[str, Any]:
    """Return a folder as an entry of `STORAGES`."""
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": path},
    }
