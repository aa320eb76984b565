"""The API of the whole system, built from what the apps declare in their `api` packages."""

from django.urls import path

from core.api.document import build, urls_of
from core.api.views.docs import DocsPage, OpenApiDocument

api = build()
urls = urls_of(
    api,
    [
        path("openapi.json", OpenApiDocument.as_view(api=api), name="document"),
        path("docs/", DocsPage.as_view(api=api), name="docs"),
    ],
)
