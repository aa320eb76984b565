"""The root of all addresses."""

from django.conf import settings
from django.urls import include, path
from django.urls.resolvers import RoutePattern

from config import accounts, health, home, quickurls
from config.later import Later

quickurls.install()

handler500 = "config.errors.server_error"

urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("accounts/signup/", accounts.closed),
    path("accounts/email/", accounts.closed),
    path("accounts/confirm-email/", accounts.closed),
    path("accounts/confirm-email/<str:key>/", accounts.closed),
    path("accounts/login/code/confirm/", accounts.closed),
    path("accounts/", include("allauth.urls")),
    path("", include("core.urls")),
    path("crm/", include("crm.urls")),
    path("sales/", include("sales.urls")),
    path("stock/", include("inventory.urls")),
    path("production/", include("production.urls")),
    path("money/", include("finance.urls")),
    path("marketing/", include("marketing.urls")),
    path("service/", include("support.urls")),
    path("reports/", include("reports.urls")),
    # Named, not imported: where nobody has a key the API is never loaded; both are a third of the start.
    Later(RoutePattern("api/v1/"), "config.api", app_name="ninja", namespace="api"),
    Later(RoutePattern("admin/"), "config.administration", app_name="admin", namespace="admin"),
    path("health/live/", health.live, name="health_live"),
    path("health/ready/", health.ready, name="health_ready"),
]

if settings.COMPONENT_PAGE:
    urlpatterns += [path("components/", include("core.components.urls"))]
