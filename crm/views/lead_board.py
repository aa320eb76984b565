"""Leads as a board: what came in, what is being worked on, what came of it in the last thirty days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.ui.boards import BoardScreen
from core.ui.fields import AmountField
from core.ui.shell import address
from core.ui.shown_columns import BoardColumn
from core.ui.views import of_board
from crm import ports
from crm.choices import LeadStatus
from crm.errors import LeadAnswered, LeadClosed
from crm.models import Lead
from crm.services import leads

CLOSED_SHOWN = timedelta(days=30)
COLD_AFTER = timedelta(days=1)


class QualifyForm(forms.Form):
    """What a deal needs before a lead can become one."""

    amount = AmountField(label=_("Worth about, net"), min_value=0, max_digits=16, decimal_places=2)


class RejectForm(forms.Form):
    reason = forms.CharField(label=_("Why does it come to nothing?"), max_length=200)


class QuickLeadForm(forms.Form):
    name = forms.CharField(label=_("Who asks"), max_length=200)
    company = forms.CharField(label=_("Company"), max_length=200, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=60, required=False)


class LeadBoard(BoardScreen):
    """`?owner=me` shows the own ones, `?q=` those with a word in name, company or title."""

    action = "crm.view_lead"
    move_action = "crm.answer_lead"
    add_action = "crm.receive_lead"
    add_columns = (LeadStatus.NEW.value,)
    add_form = QuickLeadForm
    model = Lead
    title = _("Leads")
    template_name = "crm/lead_board.html"
    card_template = "crm/_lead_on_board.html"
    sum_field = "budget"
    order = ("-received_at", "-pk")
    columns = (
        BoardColumn(LeadStatus.NEW.value, LeadStatus.NEW.label),
        BoardColumn(LeadStatus.WORKING.value, LeadStatus.WORKING.label),
        BoardColumn(
            LeadStatus.QUALIFIED.value, LeadStatus.QUALIFIED.label, tone="ok", asks=QualifyForm,
            verb=_("Make a deal of it"), note=_("last 30 days"),
        ),
        BoardColumn(
            LeadStatus.REJECTED.value, LeadStatus.REJECTED.label, asks=RejectForm,
            verb=_("Reject the lead"), note=_("last 30 days"),
        ),
    )  # fmt: skip

    def rows(self) -> QuerySet[Lead]:
        rows = Lead.objects.visible_to(self.actor, self.action)
        rows = rows.filter(Q(closed_at=None) | Q(closed_at__gte=timezone.now() - CLOSED_SHOWN))
        if self.request.GET.get("owner") == "me":
            rows = rows.filter(owner=self.actor)
        words = self.request.GET.get("q", "").strip()
        if words:
            rows = rows.filter(Q(name__icontains=words) | Q(company__icontains=words) | Q(title__icontains=words))
        return rows

    def with_parts(self, rows: QuerySet[Lead]) -> QuerySet[Lead]:
        return rows.select_related("owner", "source").defer("raw_payload", "message", "utm", "custom")

    def move(self, record: Lead, to: str, asked: Mapping[str, Any]) -> Any:
        known: dict[str, Any] = {"lead_id": record.pk, "at": timezone.now(), "by": self.actor}
        if to == LeadStatus.QUALIFIED:
            return ports.qualify(amount=asked["amount"], **known)
        if to == LeadStatus.REJECTED:
            return leads.reject_lead(reason=asked["reason"], **known)
        if record.status == LeadStatus.REJECTED:
            lead = leads.reopen_lead(**known)
            return lead if to == LeadStatus.WORKING else leads.release_lead(**known)
        return leads.take_lead(**known) if to == LeadStatus.WORKING else leads.release_lead(**known)

    def can_go_back(self, record: Lead, was: str) -> bool:
        if record.status == LeadStatus.QUALIFIED:
            return False
        return was == LeadStatus.WORKING or (was == LeadStatus.NEW and record.first_answer_at is None)

    def mends(self, refused: DomainError, record: Lead) -> dict[str, str]:
        url = address("crm:lead_card", record.pk) if isinstance(refused, LeadClosed | LeadAnswered) else ""
        return {"action_url": url, "action_label": str(_("Open the lead"))} if url else {}

    def list_of(self, column: BoardColumn) -> str:
        there = address("crm:lead_list")
        return f"{there}?{urlencode({'status': column.key})}" if there else ""

    def add(self, values: Mapping[str, Any], column: str) -> Lead:
        return leads.receive_lead(
            payload=dict(values), received_at=timezone.now(), owner_id=self.actor.pk, by=self.actor, **values
        )

    def extra(self) -> dict[str, Any]:
        return {
            "list_url": address("crm:lead_list"),
            "query": self.request.GET.get("q", ""),
            "mine": self.request.GET.get("owner") == "me",
            "views": None if self._is_part() else of_board("lead_board", self.actor, self.request.GET),
            "cold_since": timezone.now() - COLD_AFTER,
        }
