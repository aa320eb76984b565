"""The card of a lead, and what is done with it: answered, made a deal of, rejected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.ui import cells, daywords, registers
from core.ui.lists import ListScreen, Total
from core.ui.records import Act, RecordScreen
from crm import ports
from crm.choices import InteractionKind, LeadStatus
from crm.registers.leads import TONES
from crm.selectors.steps import next_step_of
from crm.services import leads
from crm.views.lead_board import QualifyForm, RejectForm
from crm.views.points import AddSomething

OPEN = (LeadStatus.NEW, LeadStatus.WORKING)


class AnswerForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("How"),
        choices=[(kind.value, kind.label) for kind in InteractionKind if kind != InteractionKind.FORM],
    )
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200, required=False)
    body = forms.CharField(
        label=gettext_lazy("What you said"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )

    def __init__(self, data: Any = None, *, again: bool = False) -> None:
        """The first answer may be a tick; whoever answers once more says what he said."""
        super().__init__(data)
        self.fields["body"].required = again


class LeadList(ListScreen):
    template_name = "crm/lead_list.html"
    totals = (Total(gettext_lazy("Budget"), Sum("budget")),)


class LeadCard(RecordScreen):
    def badges(self) -> Iterator[SafeString]:
        yield cells.tag(self.record.get_status_display(), TONES.get(self.record.status, ""))

    def subtitle(self) -> Iterator[SafeString | str]:
        lead = self.record
        yield _("Came in %(at)s") % {"at": daywords.moment(lead.received_at)}
        minutes = lead.response_minutes
        if minutes is not None:
            yield _("First answer after %(time)s") % {"time": daywords.waited(minutes)}
        elif lead.status in OPEN:
            yield cells.tag(_("Not answered yet"), "warn")
        if lead.owner:
            yield format_html("{} {}", cells.avatar(str(lead.owner)), lead.owner)

    def acts(self) -> list[Act]:
        lead, user = self.record, self.user
        if lead.status not in OPEN:
            return []
        made = []
        if policy.allows(user, "crm.answer_lead", lead):
            made.append(Act(_("Answer"), "message-reply", reverse("crm:lead_answer", args=[lead.pk])))
        if policy.allows(user, "crm.qualify_lead", lead):
            made.append(Act(_("Reject"), "x", reverse("crm:lead_reject", args=[lead.pk])))
            made.append(
                Act(_("Make a deal of it"), "arrow-right", reverse("crm:lead_qualify", args=[lead.pk]), primary=True)
            )
        return made

    def next_step(self) -> Any:
        return next_step_of(self.record, self.user) if self.record.status in OPEN else None


class AnswerLead(AddSomething):
    sees = ("status",)
    action = "crm.answer_lead"
    heading = gettext_lazy("Answer the lead")

    def form(self, data: Any = None) -> forms.Form:
        return AnswerForm(data, again=self.record.response_minutes is not None)

    def keep(self, data: dict[str, Any]) -> None:
        leads.answer_lead(lead_id=self.record.pk, at=timezone.now(), by=self.request.user, **data)  # type: ignore[arg-type]


class QualifyLead(AddSomething):
    sees = ("status",)
    action = "crm.qualify_lead"
    heading = gettext_lazy("Make a deal of the lead")
    verb = gettext_lazy("Make a deal of it")

    def form(self, data: Any = None) -> forms.Form:
        return QualifyForm(data, initial={"amount": self.record.budget})

    def keep(self, data: dict[str, Any]) -> str | None:
        user: Any = self.request.user
        deal = ports.qualify(lead_id=self.record.pk, amount=data["amount"], at=timezone.now(), by=user)
        register = registers.of(deal)
        may_look = register is not None and register.may(user, register.view_action, deal)
        return register.url_of(deal) if register is not None and may_look else None


class RejectLead(AddSomething):
    sees = ("status",)
    action = "crm.qualify_lead"
    heading = gettext_lazy("Reject the lead")
    verb = gettext_lazy("Reject the lead")

    def form(self, data: Any = None) -> forms.Form:
        return RejectForm(data)

    def keep(self, data: dict[str, Any]) -> None:
        leads.reject_lead(lead_id=self.record.pk, reason=data["reason"], at=timezone.now(), by=self.request.user)  # type: ignore[arg-type]
