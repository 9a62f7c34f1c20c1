"""A lock that an operator holds stops what needs the locked rows, and nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from tests.acceptance.installation import Installation
from tests.chaos.attacks import connect
from tests.waiting import until


def test_retries_and_rescues_go_on_beside_a_locked_table(
    installation: Installation, ledger: Path, gate: Path
) -> None:
    connection = connect(installation)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("LOCK TABLE jobs_schedule IN ACCESS EXCLUSIVE MODE")
            lost = installation.submit("stepping", ledger=str(ledger), gate=str(gate))
            until(lambda: installation.event_kinds(lost).count("step_completed") == 3)
            installation.kill_worker()
            soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
            body = {"type": "echo", "input": {"text": "x"}, "run_at": soon}
            answer = installation.http.post("/jobs", json=body)
            assert answer.status_code == httpx.codes.ACCEPTED
            later = installation.wait_for_end(answer.json()["id"])
            gate.touch()
            assert later["state"] == "completed"
            assert installation.wait_for_end(lost)["state"] == "completed"
            assert installation.event_kinds(lost).count("rescued") == 1
    finally:
        connection.close()
