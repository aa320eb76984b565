from django.urls import URLPattern, path

from core.ui import shell_views

urlpatterns: list[URLPattern] = [
    path("theme/", shell_views.ChooseTheme.as_view(), name="theme"),
    path("language/", shell_views.ChooseLanguage.as_view(), name="language"),
    path("language/sign-in/", shell_views.SignInLanguage.as_view(), name="sign_in_language"),
    path("access/", shell_views.AskAccess.as_view(), name="ask_access"),
    path("help/", shell_views.Help.as_view(), name="help"),
]
