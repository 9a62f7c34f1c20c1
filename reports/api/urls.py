"""URL patterns of the reports API, below `/api/v1/`."""

from rest_framework.routers import SimpleRouter

from reports.api.dashboards import DashboardViewSet, MessageViewSet, WidgetViewSet
from reports.api.views import ReportViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("reports", ReportViewSet, basename="report")
router.register("dashboards", DashboardViewSet, basename="dashboard")
router.register("dashboards/<uuid:dashboard>/widgets", WidgetViewSet, basename="widget")
router.register("dashboards/<uuid:dashboard>/messages", MessageViewSet, basename="message")

urlpatterns = router.urls
