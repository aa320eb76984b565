"""Reminders in the timeline of the client they went to, and of the invoices they name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import policy
from core.remembered import remembered
from core.ui import cells, timeline
from core.ui.timeline import Entry
from crm.models import Client
from finance.choices import InvoiceKind
from finance.models import Invoice, Reminder


@remembered
def _to_client(client: Any, before: Any, user: Any) -> QuerySet[Any]:
    rows = Reminder.objects.visible_to(user).filter(client=client, at__lt=before)
    return rows.select_related("by").order_by("-at")


@remembered
def _of_invoice(invoice: Any, before: Any, user: Any) -> QuerySet[Any]:
    rows = Reminder.objects.visible_to(user).filter(invoices__invoice=invoice, at__lt=before)
    return rows.select_related("by").order_by("-at")


def reminders(record: Any, user: Any, before: datetime | None, limit: int) -> Iterable[Entry]:
    if not policy.allows(user, "finance.view_reminder"):
        return
    if isinstance(record, Invoice):
        if record.kind != InvoiceKind.INVOICE:
            return
        rows = _of_invoice(record.pk, before or timeline.LATEST, user, limit=limit)
    else:
        rows = _to_client(record.pk, before or timeline.LATEST, user, limit=limit)
    for row in rows:
        what = _("Reminder %(level)d to %(address)s") % {"level": row.level, "address": row.recipient}
        yield Entry(row.at, "mail-forward", what, str(row.by or ""), cells.paragraphs(row.text), "warn")


timeline.add(Client, reminders)
timeline.add(Invoice, reminders)
