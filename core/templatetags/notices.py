"""Tags of notices: the bell, "remind me" on a card, links from page to page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext
from django.urls import reverse

from core.notices import places, selectors
from core.notices.forms import RemindForm

register = template.Library()


@register.inclusion_tag("notices/_bell.html", takes_context=True)
def bell(context: RequestContext) -> dict[str, Any]:
    """The bell of the top bar with the number of unread notices (one statement)."""
    return {"user": context.get("user"), "request": context.get("request")}


@register.simple_tag(takes_context=True)
def unread_notices(context: RequestContext) -> int:
    user = context.get("user")
    return selectors.unread_count(user) if user is not None and user.is_authenticated else 0


@register.inclusion_tag("notices/_remind.html", takes_context=True)
def remind_me(context: RequestContext, record: Any) -> dict[str, Any]:
    """A menu on a card: be reminded of this record."""
    user, request = context.get("user"), context.get("request")
    untouched = {"WHEN": RemindForm.WHEN, "errors": {}}
    return {
        "record": record,
        "form": untouched,
        "user": user,
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def remind_url(record: Any) -> str:
    meta = record._meta
    return reverse("core:remind", args=[meta.app_label, meta.model_name, record.pk])


@register.filter
def by_clock_of(moment: Any, user: Any) -> Any:
    """A moment by the user's own clock, without its zone, so that no filter moves it once more."""
    return places.local(user, moment).replace(tzinfo=None) if moment else moment


@register.simple_tag(takes_context=True)
def page_link(context: RequestContext, **cursor: str) -> str:
    """The address of this list with another cursor, its other parameters kept."""
    parameters = context["request"].GET.copy()
    for name in ("after", "before"):
        parameters.pop(name, None)
    parameters.update(cursor)
    return f"?{parameters.urlencode()}"
