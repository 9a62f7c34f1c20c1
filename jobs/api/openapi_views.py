"""The description of the API and its page: public, so nobody is asked who they are."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.renderers import BaseRenderer, JSONOpenAPIRenderer, JSONRenderer
from rest_framework.views import APIView

from jobs.api.base_view import AnyAccept


class Public(AnyAccept, APIView):
    """Asks nobody who they are."""

    authentication_classes = ()


class OpenApi(Public, SpectacularAPIView):
    """The OpenAPI description."""

    renderer_classes = [JSONOpenAPIRenderer]


class Docs(Public, SpectacularSwaggerView):
    """The page to try it at."""

    url_name = "openapi"

    def get_renderers(self) -> list[BaseRenderer]:
        """Give the page as HTML, and what is no page, such as a refusal, as JSON."""
        shows = self.request.method in ("GET", "HEAD")
        return super().get_renderers() if shows else [JSONRenderer()]
