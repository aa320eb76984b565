"""The first page after signing in: the areas of the product, each with what this person may look at."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import TemplateView


class Home(LoginRequiredMixin, TemplateView):
    template_name = "home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        areas = admin.site.get_app_list(self.request) if self.request.user.is_staff else []
        return super().get_context_data(areas=areas, **kwargs)
