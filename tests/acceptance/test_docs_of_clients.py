"""The examples of docs/clients.md do what it says."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page

from tests.acceptance.installation import PROJECT, Installation
from tests.acceptance.test_admin_pages import BROWSER
from tests.acceptance.test_pages_of_others import page  # noqa: F401  # a fixture

DOCS = (PROJECT / "docs" / "clients.md").read_text()
AS_USER = "from django.contrib.auth.models import User\nuser = User.objects.get(username='demo')\n"


def example(language: str, of: str) -> str:
    """Give the first example in a language after a heading."""
    section = DOCS.split(f"## {of}\n")[1]
    [code] = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)[:1]
    return str(code)


def run(installation: Installation, *command: str) -> str:
    """Run a command beside the installation, and give what it prints."""
    path = f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"  # noqa: PTH120
    told = {"URL": installation.url, "KEY": installation.key, "PATH": path}
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env={**os.environ, **installation.process_environment, **told},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_python_of_the_same_project(installation: Installation) -> None:
    code = AS_USER + example("python", "In the same project")
    printed = run(installation, sys.executable, "manage.py", "shell", "-c", code)
    assert "completed Harbour bridge" in printed


def test_the_terminal(installation: Installation) -> None:
    commands = example("bash", "In a terminal")
    printed = run(installation, "bash", "-euo", "pipefail", "-c", commands)
    assert printed.count("completed") >= 3
    assert '"title": "Quay"' in printed


def test_another_program(installation: Installation) -> None:
    code = example("python", "From another program")
    printed = run(installation, sys.executable, "-c", code).splitlines()
    assert printed[0].startswith("invalid_input ['/input/")
    assert printed[-1] == "completed b'%PDF'"


@pytest.mark.skipif(BROWSER is None, reason="NO BROWSER: chromium is not installed")
def test_a_web_page(installation: Installation, page: Page) -> None:  # noqa: F811
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text))
    code = re.sub(
        r"import (\{.*?\}) from (\".*?\");",
        r"const \1 = await import(\2);",
        example("js", "In a web page"),
    )
    page.evaluate(f"async () => {{ {code} }}")
    assert "completed Harbour bridge" in lines
    [markup] = re.findall(r"```html\n(.*?)```", DOCS, re.DOTALL)
    for element in ("job-progress", "job-list", "job-toasts"):
        assert f"<{element} " in markup
        assert page.evaluate("name => customElements.get(name) !== undefined", element)
