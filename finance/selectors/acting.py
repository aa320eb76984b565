"""What was last done about a client who owes: a reminder sent, a call or meeting, or what somebody remarked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import Comment
from core.remembered import Given, remembered
from core.services.records import type_of
from crm.choices import InteractionKind, InteractionStatus
from crm.models import Client, Interaction
from finance.models import Reminder


@dataclass(frozen=True)
class LastAction:
    """What it was, when, and what was said; `said` may be empty."""

    what: str
    at: datetime
    said: str = ""


def last_actions(client_ids: Sequence[int], user: Actor) -> dict[int, LastAction]:
    """The newest of each client, as far as the user may see it; three statements."""
    ids = list(client_ids)
    if not ids:
        return {}
    newest: dict[int, LastAction] = {}
    for client, action in (*_reminders(ids, user), *_talks(ids, user), *_remarks(ids, user)):
        known = newest.get(client)
        if known is None or action.at > known.at:
            newest[client] = action
    return newest


@remembered
def _ask_reminders(clients: Given, user: Actor) -> QuerySet[Reminder, Any]:
    rows = Reminder.objects.visible_to(user).filter(client__any=clients.each)
    rows = rows.order_by("client", "-at", "-pk").distinct("client")
    return rows.values_list("client", "level", "at", "recipient")


@remembered
def _ask_talks(clients: Given, user: Actor) -> QuerySet[Interaction, Any]:
    rows = Interaction.objects.visible_to(user).filter(client__any=clients.each, status=InteractionStatus.DONE)
    rows = rows.order_by("client", "-at", "-pk").distinct("client")
    return rows.values_list("client", "kind", "at", "subject", "body")


@remembered
def _ask_remarks(clients: Given, _user: Actor) -> QuerySet[Comment, Any]:
    """Whoever may see a client may read what is remarked on him."""
    rows = Comment.objects.filter(record_type=type_of(Client), record_id__any=clients.each)
    rows = rows.order_by("record_id", "-created_at").distinct("record_id")
    return rows.values_list("record_id", "created_at", "text")


def _reminders(ids: list[int], user: Actor) -> list[tuple[int, LastAction]]:
    words = _("Reminder %(level)d")
    return [
        (client, LastAction(words % {"level": level}, at, to)) for client, level, at, to in _ask_reminders(ids, user)
    ]


def _talks(ids: list[int], user: Actor) -> list[tuple[int, LastAction]]:
    words = {code: str(label) for code, label in InteractionKind.choices}
    return [
        (client, LastAction(words.get(kind, kind), at, subject or body))
        for client, kind, at, subject, body in _ask_talks(ids, user)
    ]


def _remarks(ids: list[int], user: Actor) -> list[tuple[int, LastAction]]:
    words = _("Comment")
    return [(client, LastAction(words, at, text)) for client, at, text in _ask_remarks(ids, user)]
