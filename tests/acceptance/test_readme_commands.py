"""The commands of the README work as shown."""

import json
import re

from tests.acceptance.installation import Installation
from tests.programs import PROJECT, shell


def test_the_curl_commands_submit_a_job_and_follow_it_to_its_end(
    installation: Installation,
) -> None:
    blocks = re.findall(r"```bash\n(curl .*?)```", (PROJECT / "README.md").read_text(), re.DOTALL)
    submit, follow = blocks
    variables = {"URL": installation.url, "KEY": installation.key}
    job = json.loads(shell(submit, **variables))
    assert job["type"] == "generate_report"
    stream = shell(follow, ID=job["id"], **variables)
    assert "event: end" in stream
    assert installation.job(job["id"])["state"] == "completed"


def test_the_targets_of_the_readme_exist() -> None:
    targets = set(re.findall(r"^make (\w+)", (PROJECT / "README.md").read_text(), re.MULTILINE))
    assert targets == {"demo", "run", "test"}
    makefile = (PROJECT / "Makefile").read_text()
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)
