"""URL patterns of the documents API, below `/api/v1/`."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from documents.api.submissions import AnalyzeDocumentsView, ClassifyDocumentsView
from documents.api.views import DocumentViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("documents", DocumentViewSet, basename="document")

urlpatterns = [
    path("documents/classify", ClassifyDocumentsView.as_view(), name="documents-classify"),
    path("documents/analyze", AnalyzeDocumentsView.as_view(), name="documents-analyze"),
    *router.urls,
]
