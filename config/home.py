"""The first page after signing in: the areas of the product, each with what this person may look at."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest
from django.views.generic import TemplateView


class Home(LoginRequiredMixin, TemplateView):
    template_name = "home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        areas = areas_for(self.request) if self.request.user.is_staff else []
        return super().get_context_data(areas=areas, **kwargs)


def areas_for(request: HttpRequest) -> list[dict[str, Any]]:
    """Our own areas in the order of the sale, what the libraries bring along after them."""
    order = {config.label: place for place, config in enumerate(apps.get_app_configs())}
    sold_by_us = order["core"]
    areas = admin.site.get_app_list(request)
    return sorted(areas, key=lambda area: (order[area["app_label"]] < sold_by_us, order[area["app_label"]]))
