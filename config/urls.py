"""URLs of this deployment."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("jobs.api.urls")),
    path("api/v1/", include("documents.api.urls")),
    path("api/v1/", include("reports.api.urls")),
    path("", include("jobs.api.health")),
]
handler400 = "jobs.api.problems.bad_request"
handler404 = "jobs.api.problems.not_found"
handler500 = "jobs.api.problems.server_error"
