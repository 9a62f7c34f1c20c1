"""The commands of docs/api.md work as shown."""

import json
import re
from itertools import islice

import httpx

from tests.acceptance.installation import Installation
from tests.programs import PROJECT, run, shell


def test_the_curl_commands_of_the_guide_work(installation: Installation) -> None:
    guide = (PROJECT / "docs" / "api.md").read_text()
    commands = iter(re.findall(r"```bash\n(curl .*?)```", guide, re.DOTALL))
    submit, unique, delay, batch, wait, follow, find, failures, pause = islice(commands, 9)
    limits, change, recur, make, ask = commands
    variables = {"URL": installation.url, "KEY": installation.key}
    job = json.loads(shell(submit, **variables))
    assert json.loads(shell(submit, **variables))["id"] == job["id"]
    assert [json.loads(shell(unique, **variables))["found"] for _ in range(2)] == [False, True]
    assert json.loads(shell(delay, **variables))["state"] == "scheduled"
    assert json.loads(shell(batch, **variables))["total"] == 1
    assert json.loads(shell(wait, ID=job["id"], **variables))["id"] == job["id"]
    assert "event: end" in shell(follow, ID=job["id"], **variables)
    assert job["id"] in [row["id"] for row in json.loads(shell(find, **variables))["results"]]
    assert isinstance(json.loads(shell(failures, **variables)), list)
    key = _make_admin_key(installation)
    _check_pause(pause, installation, key)
    organization = json.loads(shell(limits, **variables))["id"]
    _check_change(change, installation, key, organization)
    assert len(json.loads(shell(recur, **variables))["next_runs"]) == 5
    dashboard = json.loads(shell(make, **variables))
    asked = json.loads(shell(ask, ID=dashboard["id"], **variables))
    assert (asked["type"], asked["input"]["dashboard"]) == ("analyze_data", dashboard["id"])


def _make_admin_key(installation: Installation) -> str:
    made = run(
        *("python", "manage.py", "create_api_key", "demo", "--scopes", "admin"),
        **installation.process_environment,
    )
    return str(made.strip().splitlines()[-1])


def _check_pause(command: str, installation: Installation, key: str) -> None:
    """Pause with a key that may, and resume: the other tests of the installation have jobs, too."""
    pause = json.loads(shell(command, URL=installation.url, KEY=key))
    assert (pause["scope"], pause["reason"]) == ("organization", "Audit")
    headers = {"Authorization": f"Bearer {key}"}
    url = f"{installation.url}/api/v1/pauses/{pause['id']}"
    assert httpx.delete(url, headers=headers).status_code == 204


def _check_change(command: str, installation: Installation, key: str, organization: str) -> None:
    """Change the limits, and restore those of the other tests."""
    changed = json.loads(shell(command, URL=installation.url, KEY=key, ID=organization))
    assert {row["size"] for row in changed["limits"] if row["scope"] == "user"} == {2, 10}
    restored = shell(
        re.sub(r'\{"overrides": .*\}', '{"overrides": {}, "weight": 1}', command),
        URL=installation.url,
        KEY=key,
        ID=organization,
    )
    assert json.loads(restored)["overrides"] == {}
