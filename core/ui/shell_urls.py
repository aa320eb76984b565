from django.urls import URLPattern, path

from core.ui import shell_views

urlpatterns: list[URLPattern] = [
    path("theme/", shell_views.ChooseTheme.as_view(), name="theme"),
    path("help/", shell_views.Help.as_view(), name="help"),
]
