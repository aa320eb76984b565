"""The first page after signing in: where the person's role begins its day, else the areas it may look at."""

from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.views.generic import TemplateView

from core import policy
from core.ui import switches
from core.ui.shell import address

# On a phone or tablet these begin elsewhere: with the work that is done standing.
HANDHELD: dict[str, tuple[str, str]] = {"storekeeper": ("sales:picking", "sales.ship_order")}
_HANDHELD = ("mobi", "android", "ipad", "tablet")
# The page a role begins with, and the right that page needs; who has several roles begins where the first one does.
HOMES: tuple[tuple[str, str, str], ...] = (
    ("operator", "production:shop_floor", ""),
    ("director", "reports:dashboard", "reports.view_indicators"),
    ("head_of_sales", "sales:deal_board", "sales.view_deal"),
    ("seller", "sales:my_day", "sales.open_deal"),
    ("production_lead", "production:workorder_board", "production.view_workorder"),
    ("storekeeper", "inventory:stock_list", ""),
    ("purchaser", "inventory:purchase_proposals", ""),
    ("accountant", "finance:receivables", ""),
    ("marketer", "marketing:campaign_list", ""),
)


def is_handheld(request: HttpRequest) -> bool:
    """Does the browser say that it runs on a phone or tablet?"""
    said = request.headers.get("User-Agent", "").lower()
    return any(word in said for word in _HANDHELD)


def home_of(user: Any, *, handheld: bool = False) -> str:
    """The address a person begins at, or "" where his roles have no page of their own."""
    roles = policy.roles_of(user)
    for role, page, action in HOMES:
        if role not in roles:
            continue
        standing = [HANDHELD[role]] if handheld and role in HANDHELD else []
        for name, right in (*standing, (page, action)):
            url = address(name) if _may_open(user, name, right) else ""
            if url:
                return url
    return ""


def _may_open(user: Any, page: str, action: str) -> bool:
    return switches.app_is_on(page.partition(":")[0]) and (not action or policy.allows(user, action))


class Home(LoginRequiredMixin, TemplateView):
    """`?areas` shows the areas to everybody."""

    template_name = "home.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        url = home_of(request.user, handheld=is_handheld(request)) if "areas" not in request.GET else ""
        answer = HttpResponseRedirect(url) if url else super().get(request, *args, **kwargs)
        patch_vary_headers(answer, ["User-Agent"])
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        areas = areas_for(self.request) if self.request.user.is_staff else []
        return super().get_context_data(areas=areas, **kwargs)


def areas_for(request: HttpRequest) -> list[dict[str, Any]]:
    """The areas in the order of a sale; what they all stand on, and what the libraries bring along, come last."""
    import_module("config.administration")
    labels = [config.label for config in apps.get_app_configs()]
    first = labels.index("core") + 1
    order = {label: place for place, label in enumerate(labels[first:] + labels[:first][::-1])}
    return sorted(admin.site.get_app_list(request), key=lambda area: order[area["app_label"]])
