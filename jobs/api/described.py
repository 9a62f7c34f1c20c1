"""The description of the API and its page: public, so nobody is asked who they are."""

from typing import Any

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.renderers import BaseRenderer, JSONOpenAPIRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView


class Public(APIView):
    """Answers in the one format that it has, whatever is asked for: tools ask for several."""

    authentication_classes = ()

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Refuse no `Accept`."""
        return super().perform_content_negotiation(request, force=True)


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
