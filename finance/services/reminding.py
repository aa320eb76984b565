"""Reminding clients of what is overdue: one letter each, through the outbox."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from core import policy
from core.actors import Actor, user_or_none
from core.services import outbox
from core.transactions import command
from crm.models import Client
from finance.errors import NobodyToRemind
from finance.models import RemindedInvoice, Reminder
from finance.selectors.reminding import PAUSE_DAYS, Letter, letters


@dataclass(frozen=True)
class Reminded:
    """What became of a sending: the reminders, and who got none and why."""

    sent: list[Reminder]
    skipped: list[Letter]


@command
def remind_clients(
    *,
    client_ids: Collection[int],
    at: datetime,
    by: Actor,
    pause_days: int = PAUSE_DAYS,
    narrowed: Q | None = None,
) -> Reminded:
    """Write to these clients about their overdue invoices, as far as `by` may see them.

    Locks the clients. Left out is who owes nothing late, has no address, or was reminded in the last `pause_days`
    (at least today), so that a second call sends nothing. The number of statements does not grow with the clients.
    Raises NobodyToRemind when all are left out.
    """
    policy.require(by, "finance.remind")
    list(Client.objects.locked().filter(pk__in=client_ids).values_list("pk"))
    today = timezone.localdate(at)
    # Read after the lock: a parallel sending has committed by now.
    found = letters(by, today, client_ids=client_ids, narrowed=narrowed, pause_days=pause_days)
    due = [letter for letter in found if not letter.reason]
    if not due:
        raise NobodyToRemind()
    sent = Reminder.objects.bulk_create(
        Reminder(
            client=letter.client, organization=letter.organization, level=letter.level, recipient=letter.to,
            subject=letter.subject, text=letter.text, at=at, sent_on=today, by=user_or_none(by),
        )
        for letter in due
    )  # fmt: skip
    RemindedInvoice.objects.bulk_create(
        RemindedInvoice(reminder=reminder, invoice_id=invoice.pk, open_amount=invoice.open_amount)
        for reminder, letter in zip(sent, due, strict=True)
        for invoice in letter.invoices
    )
    outbox.enqueue_mails(
        [outbox.Mail(to=one.recipient, subject=one.subject, text=one.text, dedupe_key=one.dedupe_key) for one in sent]
    )
    return Reminded(sent, [letter for letter in found if letter.reason])
