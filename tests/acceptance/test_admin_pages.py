"""The admin in a real browser."""

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.acceptance.installation import Installation
from tests.waiting import until

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=60_000)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="NO BROWSER: chromium is not installed")


def log_in(page: Page, installation: Installation) -> None:
    """Log in as the demo's operator."""
    login = json.loads((installation.folder / "demo-login.json").read_text())
    page.goto(f"{installation.url}/admin/")
    page.fill("#id_username", login["username"])
    page.fill("#id_password", login["password"])
    page.click("input[type=submit]")


@pytest.fixture
def page(installation: Installation) -> Iterator[Page]:
    """Give a page on which the operator has logged in; it fails on any script error."""
    errors: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        opened = browser.new_page(viewport={"width": 1280, "height": 900})
        opened.on("pageerror", lambda error: errors.append(str(error)))
        log_in(opened, installation)
        yield opened
        browser.close()
    assert errors == []


def test_an_operator_finds_a_failed_job_and_retries_it(
    installation: Installation, page: Page, tmp_path: Path
) -> None:
    done = installation.run("stepping", ledger=str(tmp_path / "ledger"))
    failed = installation.run("failing", error="bug", times=3)
    page.goto(f"{installation.url}/admin/jobs/job/")
    page.locator("#result_list").wait_for()
    page.screenshot(path=tmp_path / "list.png")
    row = page.locator("#result_list tr", has_text=failed["id"][-8:])
    assert row.locator(".state-failed").first.is_visible()
    row.locator("input[type=checkbox]").check()
    page.select_option("select[name=action]", "retry")
    page.get_by_role("button", name="Go", exact=False).first.click()
    page.get_by_text("1 jobs retried").wait_for()
    assert installation.wait_for_end(failed["id"])["state"] == "completed"
    assert {e["actor"] for e in installation.events(failed["id"]) if e["kind"] == "retried"} == {
        "demo"
    }
    page.goto(f"{installation.url}/admin/jobs/job/{done['id']}/change/")
    assert page.locator("td.field-name", has_text="step-1").is_visible()
    page.screenshot(path=tmp_path / "job.png", full_page=True)


def test_a_job_in_the_admin_is_read_only(installation: Installation, page: Page) -> None:
    job = installation.run("echo", text="<script>document.title = 'pwned'</script>")
    page.goto(f"{installation.url}/admin/jobs/job/{job['id']}/change/")
    assert page.locator("input[name=_save]").count() == 0
    assert page.get_by_text("<script>").first.is_visible()
    assert "pwned" not in page.title()


def test_flower_shows_each_job_type_as_a_task(installation: Installation, page: Page) -> None:
    installation.run("echo", text="x")
    flower = next(
        line[line.index("http://") :].rstrip(")")
        for line in (installation.folder / "stack.log").read_text().splitlines()
        if line.startswith("flower") and "http://" in line
    )

    def shown() -> bool:
        """Look again: Flower may hear of the task after it was asked."""
        page.goto(f"{flower}/tasks")
        with suppress(PlaywrightTimeoutError):
            page.get_by_text("jobtypes.echo").first.wait_for(timeout=10_000)
            return True
        return False

    until(shown)
