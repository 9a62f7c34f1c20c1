"""Files in an object store that speaks S3. Loaded only where settings name a bucket.

`django-storages` with bounds on time and memory, and with one error for a store that is away.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from storages.backends.s3 import S3Storage

from documents.errors import StoreAway

PART = 8_000_000
"""Bytes of a part of an upload: what is in memory of it."""
SPOOLED_FROM = 1_000_000
"""Bytes from which a file that is read lies on the disk, and not in memory."""
TIMEOUTS = Config(
    signature_version="s3v4",
    connect_timeout=3,
    read_timeout=20,
    retries={"mode": "standard", "max_attempts": 2},
)


@contextmanager
def _reported() -> Iterator[None]:
    """Say in one way that the store cannot be reached, refuses us or breaks off."""
    try:
        yield
    except (BotoCoreError, Boto3Error, ClientError) as error:
        if _is_missing(error):
            raise FileNotFoundError(str(error)) from error
        raise StoreAway(
            f"The file store does not answer as it should ({type(error).__name__}). "
            "Try again later."
        ) from error


def _is_missing(error: Exception) -> bool:
    told = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else None
    return told in ("404", "NoSuchKey")


class S3Files(S3Storage):  # type: ignore[misc]  # django-storages has no types
    """A bucket."""

    def get_default_settings(self) -> dict[str, Any]:
        """Set what the deployment does not: no public files, bounded memory and time."""
        return {
            **super().get_default_settings(),
            "default_acl": None,
            "file_overwrite": True,  # a path is its content's
            "max_memory_size": SPOOLED_FROM,
            "transfer_config": TransferConfig(
                multipart_threshold=PART, multipart_chunksize=PART, use_threads=False
            ),
            "client_config": TIMEOUTS,
        }

    @_reported()
    def abort_uploads(self, folder: str, before: datetime) -> int:
        """End the uploads below a folder that began before then, and give their number.

        A process that died in the middle of one leaves its parts, which nobody sees but who pays.
        """
        client = self.connection.meta.client
        pages = client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self.bucket_name, Prefix=f"{folder}/"
        )
        uploads = [upload for page in pages for upload in page.get("Uploads", ())]
        left = [upload for upload in uploads if upload["Initiated"] < before]
        for upload in left:
            with suppress(client.exceptions.NoSuchUpload):  # another sweep was first
                client.abort_multipart_upload(
                    Bucket=self.bucket_name, Key=upload["Key"], UploadId=upload["UploadId"]
                )
        return len(left)

    @_reported()
    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        file: File[Any] = super()._open(name, mode)
        file.open()  # fetched here, so that a failure is one of opening
        return file

    _save = _reported()(S3Storage._save)
    delete = _reported()(S3Storage.delete)
    exists = _reported()(S3Storage.exists)
    listdir = _reported()(S3Storage.listdir)
    size = _reported()(S3Storage.size)
    get_modified_time = _reported()(S3Storage.get_modified_time)
