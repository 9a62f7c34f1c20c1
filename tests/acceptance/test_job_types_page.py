"""The document examples of docs/job-types.md give the output shown."""

import json
import re
from typing import Any

from tests.acceptance.installation import Installation
from tests.programs import PROJECT, shell

PAGE = (PROJECT / "docs" / "job-types.md").read_text()


def shown(section: str, installation: Installation) -> tuple[Any, Any]:
    """Run a section's command; give the first file of its output, and the output that is shown."""
    text = PAGE.split(f"## {section}\n")[1].split("\n## ")[0]
    [command] = re.findall(r"```bash\n(.*?)```", text, re.DOTALL)
    [output] = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    job = json.loads(shell(command, URL=installation.url, KEY=installation.key))
    return installation.wait_for_end(job["id"])["output"], json.loads(output)


def test_the_classification_of_the_page_gives_its_output(installation: Installation) -> None:
    output, page = shown("classify_documents", installation)
    [file], [documented] = output.pop("files"), page.pop("files")
    assert output == page
    assert file.pop("reason").startswith(documented.pop("reason").removesuffix("..."))
    assert {name: file[name] for name in documented if name != "document"} == {
        name: value for name, value in documented.items() if name != "document"
    }


def test_the_analysis_of_the_page_gives_its_output(installation: Installation) -> None:
    output, page = shown("analyze_documents", installation)
    analysis = output["files"][0]["analysis"]
    for kind, facts in page.items():
        if not isinstance(facts, list):
            assert analysis[kind] == facts
        else:
            assert [one for one in facts if one not in analysis[kind]] == []


def test_the_picture_processing_of_the_page_gives_its_output(installation: Installation) -> None:
    output, page = shown("process_images", installation)
    for documented in (output, page):
        for one in (documented["files"][0], *documented["files"][0]["made"]):
            del one["document"]
    assert output == page
