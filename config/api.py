"""The API of the whole system, built from what the apps declare in their `api` packages.

Django imports it by its name when the first address below `/api/` is asked for; see `config.wsgi`.
"""

from django.urls import path

from core.api.document import build, urls_of
from core.api.views.docs import DocsPage, OpenApiDocument

api = build()
urlpatterns, _app, _namespace = urls_of(
    api,
    [
        path("openapi.json", OpenApiDocument.as_view(api=api), name="document"),
        path("docs/", DocsPage.as_view(api=api), name="docs"),
    ],
)
