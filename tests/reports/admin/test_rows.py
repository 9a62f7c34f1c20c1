"""The admin shows stored results line by line, read-only."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from jobs import testing
from reports.models import OptionAnalysis, Report
from tests.reports.conftest import OPTION, Submit

HOSTILE = "<script>alert(1)</script> is quiet, and no noise is heard."


@pytest.fixture
def page(admin_client: Client) -> Callable[..., str]:
    """Return a function that opens the page of a row."""

    def read(row: Report | OptionAnalysis) -> str:
        name = f"admin:reports_{row._meta.model_name}_change"
        return admin_client.get(reverse(name, args=[row.pk])).content.decode()

    return read


def test_an_analysis_is_shown_line_by_line_and_as_text(
    submit: Submit, page: Callable[..., str]
) -> None:
    evidence = [{"name": "Note", "text": HOSTILE}]
    testing.run(submit("option_analysis", **{**OPTION, "evidence": evidence}))
    shown = page(OptionAnalysis.objects.get())
    assert "<pre" in shown
    assert "&quot;criterion&quot;: &quot;Cost&quot;\n" in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert(1)" not in shown
    assert 'name="_save"' not in shown, "there is nothing to be saved"


def test_a_report_has_no_link_to_a_file_that_is_not_served(
    report: Report, page: Callable[..., str]
) -> None:
    shown = page(report)
    assert str(report.pdf) in shown
    assert f'href="{report.pdf.url}"' not in shown
    assert 'name="_save"' not in shown
