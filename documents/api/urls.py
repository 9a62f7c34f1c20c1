"""Paths of the documents' API, below `/api/v1/`."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from documents.api.submissions import Analysis, Classification
from documents.api.views import DocumentViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("documents", DocumentViewSet, basename="document")

urlpatterns = [
    path("documents/classify", Classification.as_view(), name="documents-classify"),
    path("documents/analyze", Analysis.as_view(), name="documents-analyze"),
    *router.urls,
]
