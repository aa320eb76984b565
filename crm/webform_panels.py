"""What stands on the card of a web form, and the proof of consent on the card of its lead."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html

from core import policy
from crm.models import Lead, WebForm, WebFormSubmission
from crm.selectors.webforms import latest_of, waiting_of


def quarantine(webform: WebForm, user: Any) -> dict[str, Any] | None:
    """What is held back; only who may decide about it reads it."""
    if not policy.allows(user, "crm.sort_submissions", webform):
        return None
    return {"rows": waiting_of(webform)}


def latest(webform: WebForm, user: Any) -> dict[str, Any] | None:
    if not policy.allows(user, "crm.view_lead"):
        return None
    return {"rows": latest_of(webform, user)}


def embed(webform: WebForm, _user: Any) -> dict[str, Any]:
    url = settings.SITE_URL.rstrip("/") + reverse("crm:webform_public", args=[webform.key])
    code = format_html(
        '<iframe src="{}" title="{}" width="100%" height="760" frameborder="0" loading="lazy"></iframe>',
        url, webform.title or webform.name,
    )  # fmt: skip
    import segno

    picture = segno.make(url, error="m", micro=False).svg_data_uri(border=2, scale=5, light="white")
    return {"address": url, "code": code, "qr": picture, "hosts": webform.hosts}


def consent(lead: Lead, _user: Any) -> dict[str, Any] | None:
    """What the person agreed to when he sent the form, word for word."""
    found = WebFormSubmission.objects.filter(lead=lead).select_related("form").first()
    return {"submission": found} if found is not None and found.consent_text else None
