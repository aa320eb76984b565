"""The document of the API: as OpenAPI for programs, as a page for people."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.generic import TemplateView, View

from core.api import guide
from core.api.document import Api
from core.ui.access import Open

WHY_OPEN = "It describes the doors of the system and names nothing that lies behind them."


class OpenApiDocument(Open, View):
    """`/api/v1/openapi.json`."""

    why_open = WHY_OPEN
    api: Api | None = None
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        assert self.api is not None  # noqa: S101 - given where the address is declared
        response = JsonResponse(self.api.get_openapi_schema())
        response["Cache-Control"] = "no-cache"
        return response


class DocsPage(Open, TemplateView):
    """`/api/v1/docs/`: everything of the document as plain HTML, narrowed by `?q=`."""

    why_open = WHY_OPEN
    api: Api | None = None
    template_name = "api/docs.html"

    @cached_property
    def document(self) -> dict[str, Any]:
        assert self.api is not None  # noqa: S101 - given where the address is declared
        return self.api.get_openapi_schema()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = self.request.GET.get("q", "").strip()[:100]
        tags = guide.sections(self.document, words)
        return super().get_context_data(
            **kwargs,
            info=self.document["info"],
            sections=tags,
            words=words,
            found=sum(len(section.operations) for section in tags),
            refusals=guide.refusals(),
            examples=guide.curl_examples(),
        )
