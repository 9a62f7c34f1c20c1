"""The admin shows the results of jobs read-only."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.urls import reverse

from jobs import testing
from reports.models import Dashboard, Report
from tests.people import Person

pytestmark = pytest.mark.django_db


def test_a_read_only_page_has_no_save_button(admin_user: User) -> None:
    request = RequestFactory().get("/")
    request.user = admin_user
    pages = [page for model, page in admin.site._registry.items() if _is_made_by_jobs(model)]
    assert len(pages) == 6
    assert [page for page in pages if page.has_add_permission(request)] == []
    assert [page for page in pages if page.has_change_permission(request)] == []


def test_every_page_has_the_style_of_the_site(report: Report, admin_client: Client) -> None:
    for url in (
        reverse("admin:index"),
        reverse("admin:reports_report_changelist"),
        reverse("admin:reports_report_change", args=[report.pk]),
    ):
        assert "jobs/admin.css" in admin_client.get(url).content.decode(), url


def test_a_report_is_shown_with_its_id(report: Report, admin_client: Client) -> None:
    url = reverse("admin:reports_report_change", args=[report.pk])
    page = admin_client.get(url).content.decode()
    assert str(report.pk) in page


def test_a_dashboard_is_shown_with_its_charts_and_messages(
    owner: Person, admin_client: Client
) -> None:
    user, organization = owner.user, owner.organization
    dashboard = Dashboard.objects.create(name="Sales", owner=user, organization=organization)
    rows = [{"region": "North", "revenue": 3}]
    asked = {"question": "Revenue by region", "rows": rows, "dashboard": str(dashboard.pk)}
    job = testing.run(testing.make("analyze_data", asked, owner=user, organization=organization))
    assert job.state == "completed", job.error
    url = reverse("admin:reports_dashboard_change", args=[dashboard.pk])
    page = admin_client.get(url).content.decode()
    assert str(dashboard.pk) in page
    assert "data:image/svg+xml;base64," in page
    assert "Revenue by region" in page
    assert "_save" not in page


def _is_made_by_jobs(model: type) -> bool:
    return model.__module__.startswith(("reports.", "documents."))
