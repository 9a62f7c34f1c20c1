"""The examples of docs/clients.md work as shown."""

import re

import pytest
from playwright.sync_api import Page

from tests.acceptance.installation import Installation
from tests.acceptance.test_admin_pages import BROWSER
from tests.acceptance.test_browser_module import page  # noqa: F401  # a fixture
from tests.programs import PROJECT, run, shell

DOCS = (PROJECT / "docs" / "clients.md").read_text()
AS_USER = "from django.contrib.auth.models import User\nuser = User.objects.get(username='demo')\n"


def example(language: str, of: str) -> str:
    """Give the first example in a language after a heading."""
    section = DOCS.split(f"## {of}\n")[1]
    [code] = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)[:1]
    return str(code)


@pytest.fixture
def beside(installation: Installation) -> dict[str, str]:
    """Give the environment of programs that run beside the installation."""
    variables = {"URL": installation.url, "KEY": installation.key}
    return {**installation.process_environment, **variables}


def test_the_example_for_the_same_project_runs(beside: dict[str, str]) -> None:
    code = AS_USER + example("python", "Python in the same project")
    printed = run("python", "manage.py", "shell", "-c", code, **beside)
    assert "completed Harbour bridge" in printed


def test_the_example_for_the_terminal_runs(beside: dict[str, str]) -> None:
    printed = shell(example("bash", "Terminal"), **beside)
    assert printed.count("completed") >= 3
    assert '"title": "Quay"' in printed


def test_the_example_for_another_program_runs(beside: dict[str, str]) -> None:
    printed = run(
        "python", "-c", example("python", "Python from another program"), **beside
    ).splitlines()
    assert printed[0].startswith("invalid_input ['/input/")
    assert printed[-1] == "completed b'%PDF'"


@pytest.mark.skipif(BROWSER is None, reason="NO BROWSER: chromium is not installed")
def test_the_example_for_a_web_page_runs(installation: Installation, page: Page) -> None:  # noqa: F811
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text))
    code = re.sub(
        r"import (\{.*?\}) from (\".*?\");",
        r"const \1 = await import(\2);",
        example("js", "Web page"),
    )
    page.evaluate(f"async () => {{ {code} }}")
    assert "completed Harbour bridge" in lines
    [markup] = re.findall(r"```html\n(.*?)```", DOCS, re.DOTALL)
    for element in ("job-progress", "job-list", "job-toasts"):
        assert f"<{element} " in markup
        assert page.evaluate("name => customElements.get(name) !== undefined", element)
