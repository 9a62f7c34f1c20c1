"""The OpenAPI document and its page. Both are public."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.renderers import BaseRenderer, JSONOpenAPIRenderer, JSONRenderer
from rest_framework.views import APIView

from jobs.api.base_view import AnyAcceptMixin


class PublicView(AnyAcceptMixin, APIView):
    """A view without authentication."""

    authentication_classes = ()


class OpenApiView(PublicView, SpectacularAPIView):
    """The OpenAPI document."""

    renderer_classes = [JSONOpenAPIRenderer]


class DocsView(PublicView, SpectacularSwaggerView):
    """The interactive documentation (Swagger UI)."""

    url_name = "openapi"

    def get_renderers(self) -> list[BaseRenderer]:
        """Render the page as HTML, and responses to other methods, such as errors, as JSON."""
        is_page = self.request.method in ("GET", "HEAD")
        return super().get_renderers() if is_page else [JSONRenderer()]
