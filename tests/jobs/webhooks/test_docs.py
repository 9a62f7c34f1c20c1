"""The receiver of docs/webhooks.md verifies its requests and counts an event once."""

import os
import re
import subprocess
import sys
from pathlib import Path

import psutil

from jobs.encryption import encrypt
from jobs.models import Delivery, Webhook
from jobs.webhooks import delivery, endpoints
from jobs.webhooks.signature import new_secret
from tests.jobs.webhooks.receiver import Receiver
from tests.programs import PROJECT
from tests.waiting import until

PAGE = (PROJECT / "docs" / "webhooks.md").read_text()


def test_the_receiver_of_the_page_works(
    ended: Delivery, webhook: Webhook, receiver: Receiver, tmp_path: Path
) -> None:
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    file = tmp_path / "receiver.py"
    file.write_text(code)
    environment = {**os.environ, "WEBHOOK_SECRET": webhook.secret, "PORT": "0"}
    with subprocess.Popen(
        [sys.executable, file], env=environment, stdout=subprocess.PIPE
    ) as process:
        try:
            port = until(lambda: _port_of(process.pid), what="the receiver")
            endpoints.update(webhook, {"url": f"http://127.0.0.1:{port}/"}, actor="olga")
            delivery.deliver()
            endpoints.redeliver(ended)
            delivery.deliver()
            assert [tried.status for tried in ended.tries.all()] == [204, 204]
            Webhook.objects.update(encrypted_secret=encrypt(new_secret()))
            endpoints.redeliver(ended)
            delivery.deliver()
            assert [tried.status for tried in ended.tries.all()][-1] == 401
        finally:
            process.terminate()
        assert process.stdout is not None
        [line] = process.stdout.read().decode().splitlines()
    ended.refresh_from_db()
    assert line == f"job.completed {ended.payload['id']}"


def _port_of(pid: int) -> int | None:
    """Give the port that a process listens on, once it does."""
    found = psutil.Process(pid).net_connections("tcp")
    return next((one.laddr.port for one in found if one.status == psutil.CONN_LISTEN), None)
