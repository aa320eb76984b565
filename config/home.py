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
    """The areas in the order of a sale; what they all stand on, and what the libraries bring along, come last."""
    labels = [config.label for config in apps.get_app_configs()]
    first = labels.index("core") + 1
    order = {label: place for place, label in enumerate(labels[first:] + labels[:first][::-1])}
    return sorted(admin.site.get_app_list(request), key=lambda area: order[area["app_label"]])
