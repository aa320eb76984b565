from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.ui import layouts, registers, remarks
from core.ui.bulk import STANDARD
from core.ui.registers import Register
from core.ui.tables import HOME, Column, Kind
from crm.filters import LeadFilter
from crm.forms import LeadForm
from crm.models import Lead
from crm.services.leads import change_lead, receive_lead

TONES = {"new": "info", "working": "warn", "qualified": "ok", "rejected": ""}

TYPED = ("name", "company", "email", "phone", "title", "message", "budget")  # kept as they were typed

layouts.declare(layouts.Layout("lead_board", "crm.lead", "crm:lead_board", ("owner", "q", "folded", "sort-")))


@registers.add
class Leads(Register):
    """Interest that is not yet a deal: answered, then qualified or rejected."""

    model, name, plural, icon, section = Lead, "lead", "leads", "user-plus", "sell"
    rows_are_steady = True
    view_action = "crm.view_lead"
    create_action = "crm.receive_lead"
    change_action = "crm.change_lead"
    bin_action = "crm.bin_lead"
    form_class, filter_class = LeadForm, LeadFilter
    bulk_actions = STANDARD
    single_fields = frozenset({"name", "email", "phone", "title", "message"})
    facts = ("status", "name", "company", "email", "phone", "budget", "source", "owner", "branch", "message")
    default_sort = "-received_at"
    columns = (
        Column("title", _("Lead"), value=str, sort="title", folds=True, on_phone=True),
        Column("status", _("Status"), Kind.CHOICE, sort="status", tones=TONES, on_phone=True),
        Column("company", _("Company"), sort="company", edits="company"),
        Column("name", _("Name"), sort="name", shown=False),
        Column("email", _("E-mail"), Kind.EMAIL, sort="email"),
        Column("phone", _("Phone"), Kind.PHONE),
        Column("source", _("Source"), sort="source__name", edits="source"),
        Column("budget", _("Budget"), Kind.MONEY, sort="budget", edits="budget", currency=HOME),
        Column("received_at", _("Received"), Kind.AGO, sort="received_at"),
        Column("first_answer_at", _("First answer"), Kind.MOMENT, sort="first_answer_at", shown=False),
        Column("tags", _("Tags"), Kind.TAGS, batch=remarks.tags_reader(Lead), shown=False),
        Column("owner", _("Owner"), Kind.USER, sort="owner__first_name", edits="owner"),
    )

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return registers.with_people(self.visible_to(user).select_related("source", "branch"), "owner").defer(
            "raw_payload", "utm"
        )

    def create_record(self, values: dict[str, Any], by: Actor) -> Lead:
        payload = {name: str(values[name]) for name in TYPED if values.get(name)}
        branch = values.pop("branch_id", None)
        lead = receive_lead(payload=payload, received_at=timezone.now(), by=by, **values)
        return change_lead(lead_id=lead.pk, changes={"branch_id": branch}, by=by) if branch else lead

    def change_record(self, record: Lead, changes: dict[str, Any], version: int | None, by: Actor) -> Lead:
        return change_lead(lead_id=record.pk, changes=changes, version=version, by=by)

    def second_line(self, record: Lead) -> str:
        return record.company or record.name
