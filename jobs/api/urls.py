"""URL patterns of the engine's API, below `/api/v1/`."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from jobs.api.analytics import DaysView, GroupsView
from jobs.api.api_keys import ApiKeyViewSet
from jobs.api.batches import BatchViewSet
from jobs.api.failures import FailureDismissal, FailureList, FailureRetry
from jobs.api.feed_stream import feed_stream
from jobs.api.job_stream import job_stream
from jobs.api.limits import OrganizationLimits, OwnLimits
from jobs.api.openapi_views import DocsView, OpenApiView
from jobs.api.organizations import OrganizationViewSet
from jobs.api.pauses import PauseViewSet
from jobs.api.schedules import ScheduleViewSet
from jobs.api.views import JobTypeDetail, JobTypeList, JobViewSet
from jobs.api.webhooks import DeliveryViewSet, WebhookViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("batches", BatchViewSet, basename="batch")
router.register("schedules", ScheduleViewSet, basename="schedule")
router.register("pauses", PauseViewSet, basename="pause")
router.register("organizations", OrganizationViewSet, basename="organization")
router.register("jobs", JobViewSet, basename="job")
router.register("api-keys", ApiKeyViewSet, basename="api-key")
router.register("webhooks", WebhookViewSet, basename="webhook")
router.register("webhooks/<uuid:webhook>/deliveries", DeliveryViewSet, basename="delivery")

urlpatterns = [
    path("jobs/stream", feed_stream, name="feed-stream"),
    path("jobs/<uuid:pk>/stream", job_stream, name="job-stream"),
    *router.urls,
    path("analytics/days", DaysView.as_view(), name="analytics-days"),
    path("analytics/by/<str:by>", GroupsView.as_view(), name="analytics-groups"),
    path("failures", FailureList.as_view(), name="failure-list"),
    path("failures/<str:fingerprint>/retry", FailureRetry.as_view(), name="failure-retry"),
    path("failures/<str:fingerprint>/dismiss", FailureDismissal.as_view(), name="failure-dismiss"),
    path("limits", OwnLimits.as_view(), name="limits"),
    path(
        "organizations/<uuid:pk>/limits", OrganizationLimits.as_view(), name="organization-limits"
    ),
    path("job-types", JobTypeList.as_view(), name="job-type-list"),
    path("job-types/<str:name>", JobTypeDetail.as_view(), name="job-type-detail"),
    path("openapi.json", OpenApiView.as_view(), name="openapi"),
    path("docs/", DocsView.as_view(), name="docs"),
]
