"""The examples of docs/job-types.md give the output shown."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from jobs import testing
from jobs.models import Job
from tests.jobs.ai.web.site import Site
from tests.programs import PROJECT
from tests.reports.research.cranely import open_market

GUIDE = (PROJECT / "docs" / "job-types.md").read_text()


def is_part(shown: Any, real: Any) -> bool:
    """Say whether what is shown is the real thing, shortened."""
    if isinstance(shown, dict):
        return all(key in real and is_part(value, real[key]) for key, value in shown.items())
    if isinstance(shown, list):
        return all(any(is_part(one, other) for other in real) for one in shown)
    return bool(shown == real)


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("competitor_analysis", "https://cranely.example"),
        ("market_research", "https://news.example"),
    ],
)
def test_an_example_gives_its_output(
    searching: Site, submit: Callable[..., Job], name: str, host: str
) -> None:
    section = GUIDE.split(f"\n## {name}\n")[1].split("\n## ")[0]
    request, shown = map(json.loads, re.findall(r"```json\n(.*?)```", section, re.DOTALL))
    if name == "market_research":
        open_market(searching)
    asked = json.loads(json.dumps(request["input"]).replace(host, searching.url))
    done = testing.run(submit(request["type"], **asked))
    real = json.loads(json.dumps(done.output).replace(searching.url, host))
    assert is_part(shown, real), json.dumps(real, indent=1)
