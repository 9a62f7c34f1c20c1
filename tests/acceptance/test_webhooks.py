"""Webhooks, by the real deliverer."""

import time
from datetime import datetime

from tests.acceptance.installation import Installation, until
from tests.webhooks.receiver import receiving


def test_a_receiver_is_told_at_once(installation: Installation) -> None:
    with receiving() as receiver:
        body = {"url": receiver.url, "events": ["job.completed"]}
        webhook = installation.http.post("/webhooks", json=body).json()
        try:
            job = installation.run("echo", text="hi")
            got = receiver.requests.get(timeout=10)
            late = time.time() - _seconds(job["finished_at"])
            event = got.verified(webhook["secret"])
            assert (event["type"], event["data"]) == ("job.completed", job)
            assert late < 4, "beat would have been as quick"
            path = f"/webhooks/{webhook['id']}/deliveries"
            until(lambda: installation.http.get(path).json()["results"][0]["state"] == "delivered")
        finally:
            installation.http.delete(f"/webhooks/{webhook['id']}")


def test_a_receiver_that_was_down_is_told_when_it_is_back(installation: Installation) -> None:
    with receiving() as receiver:
        receiver.script += [503]
        body = {"type": "echo", "input": {}, "webhook_url": receiver.url}
        job = installation.http.post("/jobs", json=body).json()
        seen = [receiver.requests.get(timeout=20) for _ in range(3)]
        ids = sorted(got.headers["webhook-id"] for got in seen)
        assert len(set(ids)) == 2, "one of the two events came twice"
        assert all(one.startswith(job["id"]) for one in ids)


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
