"""A request sends stored files and renders none, since rendering has no bound."""

from typing import Any

import pytest

from jobs.ai.rendering import html, markdown
from reports.files import store
from reports.models import Report
from tests.people import Person

WORST = "*a _b ~~c [d](e) `f " * 15_000
"""300 KB that take seconds, and hundreds of megabytes, to be made HTML of."""


def refuse(*given: Any) -> None:
    raise AssertionError("the text was read in a request")


@pytest.mark.parametrize("format", ["pdf", "docx", "html"])
def test_a_missing_file_is_a_problem_that_names_the_job(
    owner: Person, report: Report, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Report.objects.update(markdown=WORST)
    store.remove_files(report)
    monkeypatch.setattr(markdown, "parser", refuse)
    monkeypatch.setattr(html, "parser", refuse)
    response = owner.client.get(f"/api/v1/reports/{report.pk}/export?format={format}")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    order = f'{{"report": "{report.pk}", "format": "{format}"}}'
    assert f"export_document and the input {order}" in response.json()["detail"]


def test_the_markdown_is_always_available(
    owner: Person, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    Report.objects.update(markdown=WORST)
    monkeypatch.setattr(markdown, "parser", refuse)
    response = owner.client.get(f"/api/v1/reports/{report.pk}/export?format=md")
    assert (response.status_code, WORST.strip() in response.content.decode()) == (200, True)
