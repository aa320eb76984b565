"""Pages that belong to no app above: each subject of the kit brings its own addresses."""

from django.urls import include, path

app_name = "core"
urlpatterns = [
    path("", include("core.ui.shell_urls")),
    path("", include("core.ui.urls")),
    path("", include("core.search.urls")),
    path("", include("core.jobs.urls")),
    path("", include("core.notices.urls")),
    path("", include("core.customfields.urls")),
    path("", include("core.ui.switch_urls")),
    path("", include("core.settingspages.urls")),
    path("", include("core.imports.urls")),
    path("", include("core.documents.urls")),
    path("", include("core.access.urls")),
    path("", include("core.api.urls")),
]
