"""The example of docs/job-types.md gives the output shown."""

import json
import re
from collections.abc import Callable

from jobs.models import Job
from tests.programs import PROJECT


def test_the_example_of_the_page_gives_its_output(ask: Callable[..., Job]) -> None:
    page = (PROJECT / "docs" / "job-types.md").read_text()
    section = page.split("\n## analyze_data\n")[1].split("\n## ")[0]
    asked, shown = map(json.loads, re.findall(r"```json\n(.*?)```", section, re.DOTALL))
    output = ask(**asked).output
    output["widgets"][0].pop("spec")
    assert {name: output[name] for name in shown} == shown
