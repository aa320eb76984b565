"""Web forms are built: their questions, their look, where they may stand."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor, user_or_none
from core.errors import InvalidValue
from core.transactions import command
from crm.errors import NameMissing, NotAHost, TooPale
from crm.looks import LEAST_CONTRAST, contrast_with_white
from crm.models import WebForm
from crm.webforms import STANDARD, Question, stored

logger = logging.getLogger(__name__)

WEBFORM_FIELDS = frozenset({
    "name", "is_active", "title", "intro", "consent_text", "button_text", "thanks_text", "colour", "language",
    "source_id", "owner_id", "frame_hosts", "hourly_limit",
})  # fmt: skip
COLOUR = re.compile(r"#[0-9a-f]{6}")
HOST = re.compile(r"(https?://)?(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?")


@command
def create_webform(*, name: str, by: Actor, **fields: Any) -> WebForm:
    """Open a form with the usual questions and an address nobody guesses.

    Raises NameMissing, TooPale, NotAHost, and InvalidValue for an unknown field.
    """
    policy.require(by, "crm.manage_webforms")
    form = WebForm(key=secrets.token_urlsafe(12), created_by=user_or_none(by), fields=stored(STANDARD))
    for field, value in _clean({"name": name, **fields}).items():
        setattr(form, field, value)
    form.save()
    logger.info("web form created", extra={"webform_id": form.pk})
    return form


@command
def change_webform(*, webform_id: int, changes: dict[str, Any], by: Actor, version: int | None = None) -> WebForm:
    """Change a form (WEBFORM_FIELDS); the same values again change nothing. Locks the form.

    Raises StaleVersion and what `create_webform` does.
    """
    form = WebForm.objects.locked().get(pk=webform_id)
    policy.require(by, "crm.manage_webforms")
    form.expect_version(version)
    cleaned = _clean(changes)
    different = {name: value for name, value in cleaned.items() if getattr(form, name) != value}
    if different:
        for name, value in different.items():
            setattr(form, name, value)
        form.updated_by = user_or_none(by)
        form.save(update_fields=[*different, "updated_by"])
    return form


@command
def set_questions(*, webform_id: int, questions: Sequence[Question], by: Actor, version: int | None = None) -> WebForm:
    """Give a form its questions in their order; the same ones again change nothing. Locks the form.

    Raises StaleVersion, NoWayToAnswer, InvalidValue.
    """
    form = WebForm.objects.locked().get(pk=webform_id)
    policy.require(by, "crm.manage_webforms")
    form.expect_version(version)
    fields = stored(questions)
    if fields != form.fields:
        form.fields, form.updated_by = fields, user_or_none(by)
        form.save(update_fields=["fields", "updated_by"])
    return form


def _clean(changes: dict[str, Any]) -> dict[str, Any]:
    """The wanted values in their one spelling."""
    for field in sorted(set(changes) - WEBFORM_FIELDS):
        raise InvalidValue(field=field, problem=_("unknown"))
    cleaned = dict(changes)
    if "name" in cleaned:
        cleaned["name"] = cleaned["name"].strip()
        if not cleaned["name"]:
            raise NameMissing
    if "colour" in cleaned:
        cleaned["colour"] = _colour(cleaned["colour"])
    if "frame_hosts" in cleaned:
        cleaned["frame_hosts"] = "\n".join(dict.fromkeys(_host(one) for one in cleaned["frame_hosts"].split()))
    return cleaned


def _colour(text: str) -> str:
    colour = text.strip().lower()
    if not COLOUR.fullmatch(colour):
        raise InvalidValue(field="colour", problem=_("write it as #0e6073"))
    contrast = contrast_with_white(colour)
    if contrast < LEAST_CONTRAST:
        raise TooPale(colour=colour, contrast=f"{contrast:.1f}")
    return colour


def _host(text: str) -> str:
    """A site in the spelling of a browser's rule: with its scheme, without a path."""
    host = text.strip().lower().rstrip("/")
    if not HOST.fullmatch(host):
        raise NotAHost(host=text)
    return host if "://" in host else f"https://{host}"
