"""Web forms: the list, the card, the editor, and what a visitor sees."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from crm.models import WebForm
from samples.shots.screens import Screen, at, of


def a_form(_user: Any) -> WebForm | None:
    return WebForm.objects.order_by("-pk").first()


def public(query: str = "") -> Any:
    def address(_user: Any) -> str | None:
        form = a_form(None)
        return reverse("crm:webform_public", args=[form.key]) + query if form else None

    return address


SCREENS = (
    Screen("webforms", "marketer", at("crm:webform_list")),
    Screen("webform-card", "marketer", of("crm:webform_card", a_form)),
    Screen("webform-questions", "marketer", of("crm:webform_fields", a_form)),
    Screen("webform-new", "marketer", at("crm:webform_new")),
    Screen("webform-public", "", public()),
    Screen("webform-thanks", "", public("?thanks=1")),
)
