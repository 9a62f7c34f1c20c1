"""Webhooks, sent by the real deliverer."""

import threading
from http.server import BaseHTTPRequestHandler

import psycopg2

from config.embedded.data_folder import DataFolder
from tests.acceptance.installation import Installation
from tests.jobs.webhooks.receiver import receiving
from tests.waiting import TIMEOUT_SECONDS, suspended, until


def test_a_receiver_gets_an_event_at_once(installation: Installation) -> None:
    with receiving() as receiver:
        body = {"url": receiver.url, "events": ["job.completed"]}
        webhook = installation.http.post("/webhooks", json=body).json()
        try:
            with suspended(installation.beat()):  # who would ask for a deliverer as well
                job = installation.run("echo", text="hi")
                got = receiver.requests.get(timeout=TIMEOUT_SECONDS)
            event = got.verified(webhook["secret"])
            assert job.pop("waiting_for") is None  # of the moment, and not in the payload
            assert (event["type"], event["data"]) == ("job.completed", job)
            path = f"/webhooks/{webhook['id']}/deliveries"
            until(lambda: installation.http.get(path).json()["results"][0]["state"] == "delivered")
        finally:
            installation.http.delete(f"/webhooks/{webhook['id']}")


def test_a_receiver_that_was_down_gets_its_event_later(installation: Installation) -> None:
    with receiving() as receiver:
        receiver.script += [503]
        body = {"type": "echo", "input": {}, "webhook_url": receiver.url}
        job = installation.http.post("/jobs", json=body).json()
        seen = [receiver.requests.get(timeout=TIMEOUT_SECONDS) for _ in range(3)]
        ids = sorted(got.headers["webhook-id"] for got in seen)
        assert len(set(ids)) == 2, "one of the two events came twice"
        assert all(one.startswith(job["id"]) for one in ids)


def test_another_deliverer_continues_after_a_killed_one(
    installation: Installation,
) -> None:
    with receiving() as receiver:
        over = threading.Event()

        def silent(handler: BaseHTTPRequestHandler) -> None:
            over.wait(TIMEOUT_SECONDS)  # and no answer

        receiver.script += [silent]
        body = {"url": receiver.url, "events": ["job.completed"]}
        webhook = installation.http.post("/webhooks", json=body).json()
        try:
            installation.run("echo", text="hi")
            first = receiver.requests.get(timeout=TIMEOUT_SECONDS)
            deliverer = installation.service("webhooks")
            for process in [*deliverer.children(recursive=True), deliverer]:
                process.kill()
            over.set()
            _end_the_hold(installation)
            again = receiver.requests.get(timeout=TIMEOUT_SECONDS)
            assert again.headers["webhook-id"] == first.headers["webhook-id"]
            assert again.body == first.body
            assert again.verified(webhook["secret"])["type"] == "job.completed"
            path = f"/webhooks/{webhook['id']}/deliveries"
            until(lambda: installation.http.get(path).json()["results"][0]["state"] == "delivered")
            [delivery] = installation.http.get(path).json()["results"]
            assert [tried["status"] for tried in delivery["tries"]] == [200], (
                "the dead wrote nothing"
            )
        finally:
            over.set()
            installation.http.delete(f"/webhooks/{webhook['id']}")


def _end_the_hold(installation: Installation) -> None:
    """Let the minute pass for which the dead deliverer has the delivery in hand."""
    connection = psycopg2.connect(DataFolder(path=installation.folder).database_url)
    with connection, connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_delivery SET next_at = now() WHERE next_at IS NOT NULL")
    connection.close()
