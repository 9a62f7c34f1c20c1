"""Unfinished uploads of reports to an object store are aborted, so that they cost nothing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from reports.files import orphan_cleanup
from tests.documents.stores import BUCKET, bucket


@pytest.mark.django_db
def test_an_unfinished_upload_is_aborted_and_others_are_left(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bucket() as server:
        settings.STORAGES = {**settings.STORAGES, "default": server.storage}
        for key in (f"reports/{uuid4()}/{uuid4()}.pdf", "another/program"):
            server.client.create_multipart_upload(Bucket=BUCKET, Key=key)

        def left(part: int) -> set[str]:
            orphan_cleanup.clean_up(part)
            listed = server.client.list_multipart_uploads(Bucket=BUCKET)["Uploads"]
            return {upload["Key"].partition("/")[0] for upload in listed}

        assert left(part=1) == {"another", "reports"}
        with monkeypatch.context() as younger:  # the server says that all began in 2010
            younger.setattr(orphan_cleanup, "GRACE_PERIOD", timedelta(days=365 * 50))
            assert left(part=0) == {"another", "reports"}
        assert left(part=0) == {"another"}
