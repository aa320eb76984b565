"""What was last done about a client who owes: a reminder sent, a call or meeting, or what somebody remarked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import Comment
from core.services.records import type_of
from crm.choices import InteractionStatus
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
    for client, action in (*_reminders(ids, user), *_talks(ids, user), *_remarks(ids)):
        known = newest.get(client)
        if known is None or action.at > known.at:
            newest[client] = action
    return newest


def _reminders(ids: list[int], user: Actor) -> list[tuple[int, LastAction]]:
    rows = Reminder.objects.visible_to(user).filter(client__any=ids)
    rows = rows.order_by("client", "-at", "-pk").distinct("client")
    return [
        (client, LastAction(_("Reminder %(level)d") % {"level": level}, at, to))
        for client, level, at, to in rows.values_list("client", "level", "at", "recipient")
    ]


def _talks(ids: list[int], user: Actor) -> list[tuple[int, LastAction]]:
    rows = Interaction.objects.visible_to(user).filter(client__any=ids, status=InteractionStatus.DONE)
    found = rows.order_by("client", "-at", "-pk").distinct("client").only("client_id", "kind", "at", "subject", "body")
    return [
        (row.client_id, LastAction(row.get_kind_display(), row.at, row.subject or row.body))
        for row in found
        if row.client_id
    ]


def _remarks(ids: list[int]) -> list[tuple[int, LastAction]]:
    """Whoever may see a client may read what is remarked on him."""
    rows = Comment.objects.filter(record_type=type_of(Client), record_id__in=ids)
    rows = rows.order_by("record_id", "-created_at").distinct("record_id")
    found = rows.values_list("record_id", "created_at", "text")
    return [(client, LastAction(_("Comment"), at, text)) for client, at, text in found]
