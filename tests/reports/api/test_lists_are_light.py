"""Lists load no texts and no drawings, since a page of them would be too large."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.models import Dashboard, Report, Widget
from tests.people import Person


@pytest.mark.parametrize("column", ["markdown", "svg"])
def test_a_list_does_not_load_large_columns(owner: Person, column: str) -> None:
    mine = {"organization": owner.organization}
    dashboard = Dashboard.objects.create(name="Sales", owner=owner.user, **mine)
    Widget.objects.create(dashboard=dashboard, position=1, spec={}, view={}, svg="<svg/>", **mine)
    Report.objects.create(title="Bridge", markdown="Late.", owner=owner.user, **mine)
    widgets = f"/api/v1/dashboards/{dashboard.pk}/widgets"
    with CaptureQueriesContext(connection) as asked:
        listed = owner.client.get(widgets if column == "svg" else "/api/v1/reports").json()
    assert len(listed if column == "svg" else listed["results"]) == 1
    assert not any(f'"{column}"' in one["sql"] for one in asked)
