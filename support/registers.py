"""Visits and complaints as registers of the kit."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.search.simple import search_by
from core.ui import daywords, registers, remarks
from core.ui.bulk import AddTag
from core.ui.registers import Register
from core.ui.tables import HOME, Column, Kind
from support.filters import TicketFilter, VisitFilter
from support.forms import TicketForm, VisitForm
from support.models import InstallationVisit, Ticket
from support.selectors.visits import with_times
from support.services.planning import change_visit, plan_visit
from support.services.tickets import change_ticket, open_ticket

VISIT_TONES = {"planned": "info", "in_field": "warn", "done": "ok", "failed": "bad"}
TICKET_TONES = {"new": "info", "working": "warn", "waiting": "", "resolved": "ok", "closed": ""}
SEVERITY_TONES = {"low": "", "normal": "", "high": "bad"}


def when(visit: InstallationVisit) -> str:
    """The planned time of a visit in words: one day with both hours."""
    if not visit.slot or visit.slot.lower is None:
        return ""
    starts, ends = timezone.localtime(visit.slot.lower), visit.slot.upper
    return daywords.moment(starts) + (f"–{timezone.localtime(ends):%H:%M}" if ends else "")


@registers.add
class Visits(Register):
    """A crew's visits to install what was ordered."""

    model, name, plural, icon, section = InstallationVisit, "visit", "visits", "tools", "deliver"
    called, called_many = _("visit"), _("installation")
    view_action = "support.view_installationvisit"
    create_action = "support.plan_visit"
    change_action = "support.plan_visit"
    form_class, filter_class = VisitForm, VisitFilter
    bulk_actions = (AddTag(),)
    guarded = {"fee": "sales.view_costs"}
    facts = ("status", "order", "crew", "address", "contact", "fee", "done_at", "signed_by")
    search_hint = _("Number, order or client")
    default_sort = "-starts_at"
    columns = (
        Column("number", _("Visit"), sort="number", on_phone=True),
        Column("status", _("Status"), Kind.CHOICE, sort="status", tones=VISIT_TONES, on_phone=True),
        Column("starts_at", _("When"), value=when, sort="starts_at"),
        Column("crew", _("Crew"), sort="crew", edits="crew"),
        Column("client", _("Client"), path="order.client", sort="order__client__name"),
        Column("order", _("Order"), Kind.LINK, sort="order__number"),
        Column("address", _("Address"), edits="address"),
        Column("contact", _("Contact on site"), shown=False, edits="contact"),
        Column("fee", _("Crew fee"), Kind.MONEY, sort="fee", shown=False, currency=HOME),
        Column("done_at", _("Done"), Kind.MOMENT, sort="done_at"),
        Column("signed_by", _("Signed by"), shown=False),
        Column("tags", _("Tags"), Kind.TAGS, batch=remarks.tags_reader(InstallationVisit), shown=False),
        Column("owner", _("Seller"), Kind.USER, path="order.owner", sort="order__owner__first_name", shown=False),
    )

    @property
    def empty_text(self) -> Any:
        return _("A visit is planned by itself when goods that need installing are shipped. You can plan one before.")

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        rows = self.visible_to(user).select_related("order__client", "order__owner", "branch")
        return with_times(rows).defer("form_data")

    def initial_for(self, user: Any) -> dict[str, Any]:
        return {}

    def create_record(self, values: dict[str, Any], by: Actor) -> InstallationVisit:
        slot = values.pop("slot", None)
        ends = (slot.lower, slot.upper) if slot else None
        return plan_visit(at=timezone.now(), by=by, slot=ends, **values)

    def change_record(
        self, record: InstallationVisit, changes: dict[str, Any], version: int | None, by: Actor
    ) -> InstallationVisit:
        return change_visit(visit_id=record.pk, changes=changes, version=version, by=by)

    def second_line(self, record: InstallationVisit) -> str:
        return " · ".join(part for part in (when(record), record.crew, str(record.order.client)) if part)


@registers.add
class Tickets(Register):
    """Complaints: taken, worked on, decided, closed."""

    model, name, plural, icon, section = Ticket, "ticket", "tickets", "lifebuoy", "deliver"
    rows_are_steady = True
    called, called_many = _("ticket"), _("service")
    view_action = "support.view_ticket"
    create_action = "support.open_ticket"
    change_action = "support.work_ticket"
    form_class, filter_class = TicketForm, TicketFilter
    bulk_actions = (AddTag(),)
    guarded = {"cost": "sales.view_costs"}
    single_fields = frozenset({"subject", "description"})
    facts = (
        "status", "severity", "client", "order", "subject", "cause", "owner", "opened_at", "sla_due_at", "decision",
        "resolved_at", "cost",
    )  # fmt: skip
    search_hint = _("Number or subject")
    default_sort = "sla_due_at"
    columns = (
        Column("number", _("Ticket"), sort="number", on_phone=True),
        Column("subject", _("Subject"), sort="subject", folds=True, edits="subject", is_sentence=True),
        Column("status", _("Status"), Kind.CHOICE, sort="status", tones=TICKET_TONES, on_phone=True),
        Column("severity", _("Severity"), Kind.CHOICE, sort="severity", tones=SEVERITY_TONES, edits="severity"),
        Column("client", _("Client"), Kind.LINK, sort="client__name"),
        Column("order", _("Order"), Kind.LINK, sort="order__number"),
        Column("sla_due_at", _("Answer due"), Kind.MOMENT, sort="sla_due_at"),
        Column("opened_at", _("Opened"), Kind.AGO, sort="opened_at"),
        Column("decision", _("Decision"), Kind.CHOICE, sort="decision", tones={}, shown=False),
        Column("cause", _("Cause"), sort="cause", shown=False, edits="cause"),
        Column("cost", _("Cost"), Kind.MONEY, sort="cost", shown=False, currency=HOME),
        Column("resolved_at", _("Resolved"), Kind.MOMENT, sort="resolved_at", shown=False),
        Column("tags", _("Tags"), Kind.TAGS, batch=remarks.tags_reader(Ticket), shown=False),
        Column("owner", _("Owner"), Kind.USER, sort="owner__first_name", edits="owner"),
    )

    @property
    def empty_text(self) -> Any:
        return _("When a client complains, open a ticket here or on the card of the client or order.")

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related("client", "order", "owner", "branch")

    def create_record(self, values: dict[str, Any], by: Actor) -> Ticket:
        return open_ticket(at=timezone.now(), by=by, **values)

    def change_record(self, record: Ticket, changes: dict[str, Any], version: int | None, by: Actor) -> Ticket:
        return change_ticket(ticket_id=record.pk, changes=changes, version=version, by=by)

    def second_line(self, record: Ticket) -> str:
        return record.subject


search_by(Tickets, "number", "subject", "cause", number="number")
