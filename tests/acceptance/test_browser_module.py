"""The ES module in a real browser, on a page with a strict Content-Security-Policy."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from tests.acceptance.installation import Installation
from tests.acceptance.test_admin_pages import BROWSER, QUIET, log_in
from tests.waiting import until

pytestmark = pytest.mark.skipif(BROWSER is None, reason="NO BROWSER: chromium is not installed")

SUBMIT = "([type, input]) => conveyor.enqueueJob(type, input).then((job) => job.id)"
SHOW = "id => document.querySelector('job-progress').setAttribute('job', id)"


@pytest.fixture
def page(installation: Installation) -> Iterator[Page]:
    """Give the page with the elements; it fails on a script error or a breach of the policy."""
    wrong: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        opened = browser.new_page(viewport={"width": 900, "height": 700})
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.on("console", listen)
        log_in(opened, installation)
        opened.goto(f"{installation.url}/static/jobtypes/clients.html")
        until(lambda: opened.evaluate("'conveyor' in window"), what="the module")
        yield opened
        browser.close()
    assert wrong == []


def submit(page: Page, type: str, **input: Any) -> str:
    return str(page.evaluate(SUBMIT, [type, input]))


def until_told(page: Page, name: str) -> None:
    """Wait for an event; playwright's own waiting evaluates a string, which the policy forbids."""
    until(lambda: page.evaluate("name => received.some((one) => one.name === name)", name))


def test_a_job_that_waits_shows_the_reason(page: Page, ledger: Path, gate: Path) -> None:
    parent = submit(page, "stepping", ledger=str(ledger), gate=str(gate))
    child = page.evaluate(
        "(parent) => conveyor.enqueueJob('gathering', {}, { depends_on: [parent] })", parent
    )
    page.evaluate(SHOW, child["id"])
    shown = page.locator("job-progress")
    expect(shown.get_by_role("status")).to_have_text("It starts after 1 job that it depends on.")
    gate.touch()
    expect(shown.get_by_role("status")).to_have_text("Completed")


def test_a_job_is_submitted_and_its_progress_moves_to_the_end(
    page: Page, ledger: Path, gate: Path, tmp_path: Path
) -> None:
    note = page.locator("job-toasts .toast").first
    until(lambda: submit(page, "echo") and note.count(), what="a stream that tells the toasts")
    job_id = submit(page, "stepping", ledger=str(ledger), gate=str(gate))
    page.evaluate(SHOW, job_id)
    shown = page.locator("job-progress")
    bar = shown.get_by_role("progressbar", name="Stepping")
    expect(bar).to_have_attribute("max", "100")
    expect(shown.get_by_role("status")).to_have_text("Step 3 done")
    started = page.locator(f"job-toasts [data-job='{job_id}']", has_text="Started.")
    expect(started).to_be_visible()
    assert bar.evaluate("bar => bar.value") == 90
    expect(page.locator("job-list tr", has_text="Step 3 done").first).to_be_visible()
    page.screenshot(path=tmp_path / "running.png")
    gate.touch()
    expect(shown.get_by_role("status")).to_have_text("Completed")
    expect(shown.get_by_role("button")).to_be_hidden()
    toast = page.locator(f"job-toasts [data-job='{job_id}']", has_text="Completed")
    expect(toast).to_be_visible()
    expect(page.locator(f"job-list tr[data-job='{job_id}']")).to_contain_text("Completed")
    page.screenshot(path=tmp_path / "completed.png")
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=tmp_path / "dark.png")
    toast.get_by_role("button").click()
    expect(toast).to_have_count(0)


def test_a_unique_submission_finds_the_existing_job(page: Page) -> None:
    unique = "() => conveyor.enqueueJob('echo', {}, { unique: { key: 'page', period: 600 } })"
    first, again = page.evaluate(unique), page.evaluate(unique)
    assert (first["found"], again["found"], again["id"]) == (False, True, first["id"])


def test_the_cancel_button_cancels_the_job(page: Page, ledger: Path, gate: Path) -> None:
    job_id = submit(page, "stepping", ledger=str(ledger), gate=str(gate))
    page.evaluate(SHOW, job_id)
    page.locator("job-progress").get_by_role("button", name="Cancel").click()
    expect(page.locator("job-progress").get_by_role("status")).to_have_text("Cancelled")


def test_a_wait_returns_the_ended_job(page: Page, gate: Path, ledger: Path) -> None:
    done = submit(page, "echo", text="hi")
    ended = page.evaluate("id => conveyor.waitForJobCompletion(id, 200, 30000)", done)
    assert (ended["state"], ended["output"]) == ("completed", {"text": "hi"})
    assert page.evaluate("id => conveyor.getJobStatus(id)", done)["state"] == "completed"
    held = submit(page, "stepping", ledger=str(ledger), gate=str(gate))
    wait = (
        "id => conveyor.waitForJobCompletion(id, {interval: 50, timeout: 200}).catch(e => e.name)"
    )
    assert page.evaluate(wait, held) == "TimeoutError"
    gate.touch()


def test_a_rejected_submission_has_its_faults(page: Page) -> None:
    problem = page.evaluate("() => conveyor.enqueueJob('echo', {text: 1}).catch((e) => ({...e}))")
    assert (problem["status"], problem["code"]) == (422, "invalid_input")
    assert problem["errors"][0]["pointer"] == "/input/text"
    page.evaluate("() => follow('00000000-0000-0000-0000-000000000000')")
    until_told(page, "error")


@pytest.mark.parametrize("with_key", [False, True], ids=["session", "key"])
def test_a_follower_loses_nothing_when_web_is_killed(
    installation: Installation, page: Page, ledger: Path, gate: Path, with_key: bool
) -> None:
    if with_key:
        page.context.clear_cookies()
        page.evaluate("key => conveyor.configure({key})", installation.key)
    job_id = submit(page, "stepping", ledger=str(ledger), gate=str(gate), steps=5, pause=0.3)
    page.evaluate("id => { follow(id); }", job_id)
    until_told(page, "snapshot")
    web = installation.web()
    web.kill()
    until(lambda: not web.is_running(), what="the end of web")
    gate.touch()
    until_told(page, "end")
    received = page.evaluate("received")
    numbers = [event["number"] for event in received if event.get("number")]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == len(installation.events(job_id))
    assert numbers == list(range(numbers[0], numbers[-1] + 1))


def test_a_follower_without_a_stream_polls_the_log(
    installation: Installation, page: Page, ledger: Path, gate: Path
) -> None:
    job_id = submit(page, "stepping", ledger=str(ledger), gate=str(gate), pause=0.2)
    until(lambda: len(installation.events(job_id)) >= 3, what="a step")
    with ExitStack() as others:
        path = f"/jobs/{job_id}/stream"
        while others.enter_context(installation.http.stream("GET", path)).status_code == 200:
            pass  # the list of the page has a place as well
        page.evaluate("id => { follow(id); }", job_id)
        until_told(page, "snapshot")
        gate.touch()
        until_told(page, "end")
    received = page.evaluate("received")
    numbers = [event["number"] for event in received if event.get("number")]
    assert numbers == list(range(numbers[0], len(installation.events(job_id)) + 1))
    assert [event["name"] for event in received].index("snapshot") == 0
