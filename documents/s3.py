"""File storage in an S3 object store. Loaded only if the settings name a bucket.

`django-storages` with limits on time and memory, and a single error for an unavailable store.
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

from documents.errors import StoreUnavailable

PART_BYTES = 8_000_000
"""Size of a part of an upload, which is what is kept in memory."""
SPOOL_BYTES = 1_000_000
"""A larger file is spooled to disk while it is read."""
TIMEOUTS = Config(
    signature_version="s3v4",
    connect_timeout=3,
    read_timeout=20,
    retries={"mode": "standard", "max_attempts": 2},
)


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Raise `FileNotFoundError` for a missing key and `StoreUnavailable` for any other failure."""
    try:
        yield
    except (BotoCoreError, Boto3Error, ClientError) as error:
        if _is_missing(error):
            raise FileNotFoundError(str(error)) from error
        raise StoreUnavailable(
            f"The file store failed to respond ({type(error).__name__}). Try again later."
        ) from error


def _is_missing(error: Exception) -> bool:
    code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else None
    return code in ("404", "NoSuchKey")


class S3Files(S3Storage):  # type: ignore[misc]  # django-storages has no types
    """The bucket."""

    def get_default_settings(self) -> dict[str, Any]:
        """Set private files and limits on memory and time."""
        return {
            **super().get_default_settings(),
            "default_acl": None,
            "file_overwrite": True,  # paths are derived from the content
            "max_memory_size": SPOOL_BYTES,
            "transfer_config": TransferConfig(
                multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, use_threads=False
            ),
            "client_config": TIMEOUTS,
        }

    @_translate_errors()
    def abort_uploads(self, folder: str, before: datetime) -> int:
        """Abort the multipart uploads below a folder that began before a time; return their number.

        A process that died during an upload leaves its parts: invisible in listings, but billed.
        """
        client = self.connection.meta.client
        pages = client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self.bucket_name, Prefix=f"{folder}/"
        )
        uploads = [upload for page in pages for upload in page.get("Uploads", ())]
        left = [upload for upload in uploads if upload["Initiated"] < before]
        for upload in left:
            with suppress(client.exceptions.NoSuchUpload):  # aborted by a concurrent cleanup
                client.abort_multipart_upload(
                    Bucket=self.bucket_name, Key=upload["Key"], UploadId=upload["UploadId"]
                )
        return len(left)

    @_translate_errors()
    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        file: File[Any] = super()._open(name, mode)
        file.open()  # fetched now, so that a failure is raised on opening
        return file

    _save = _translate_errors()(S3Storage._save)
    delete = _translate_errors()(S3Storage.delete)
    exists = _translate_errors()(S3Storage.exists)
    listdir = _translate_errors()(S3Storage.listdir)
    size = _translate_errors()(S3Storage.size)
    get_modified_time = _translate_errors()(S3Storage.get_modified_time)
