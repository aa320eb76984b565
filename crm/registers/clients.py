from __future__ import annotations

from typing import Any

from django.db.models import Max, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.prepared import prepared
from core.ui import cells, registers, remarks
from core.ui.bulk import STANDARD
from core.ui.registers import Register
from core.ui.tables import HOME, Column, Kind
from crm.choices import InteractionStatus
from crm.filters import ClientFilter
from crm.forms import ClientForm
from crm.models import Client, Interaction
from crm.services.clients import change_client, create_client

TONES = {"prospect": "info", "active": "ok", "dormant": "warn", "blocked": "bad"}


@prepared
def last_talks(ids: Any, _user: Any) -> QuerySet[Any, Any]:
    done = Interaction.objects.filter(client__in=ids, status=InteractionStatus.DONE)
    return done.order_by().values("client").annotate(last=Max("at")).values_list("client", "last")


def last_contacts(ids: list[int], user: Any) -> dict[int, Any]:
    """When somebody last talked with each client."""
    return dict(last_talks(ids, user))


@registers.add
class Clients(Register):
    """Companies, groups and private buyers; behind each stand one or several legal entities."""

    model, name, plural, icon, section = Client, "client", "clients", "building-store", "sell"
    called, called_many = _("client"), _("clients")
    rows_are_steady = True
    view_action = "crm.view_client"
    create_action = "crm.create_client"
    change_action = "crm.change_client"
    bin_action = "crm.bin_client"
    form_class, filter_class = ClientForm, ClientFilter
    bulk_actions = STANDARD
    guarded = {"credit_limit": "crm.view_credit"}
    facts = (
        "status", "segment", "industry", "owner", "branch", "first_source", "credit_limit", "language", "is_customer",
        "is_supplier", "note",
    )  # fmt: skip
    default_sort = "name"
    columns = (
        Column("name", _("Name"), sort="name", folds=True, on_phone=True),
        Column("status", _("Status"), Kind.CHOICE, sort="status", tones=TONES),
        Column("segment", _("Segment"), sort="segment", edits="segment"),
        Column("industry", _("Industry"), sort="industry", edits="industry"),
        Column("tags", _("Tags"), Kind.TAGS, batch=remarks.tags_reader(Client)),
        Column("last_contact", _("Last contact"), Kind.AGO, batch=last_contacts, on_phone=True),
        Column("owner", _("Owner"), Kind.USER, sort="owner__first_name", edits="owner"),
        Column("branch", _("Branch"), sort="branch__name", shown=False),
        Column("credit_limit", _("Credit limit"), Kind.MONEY, sort="credit_limit", shown=False, currency=HOME),
        Column("first_source", _("First source"), shown=False),
        Column("is_supplier", _("Supplier"), Kind.YESNO, sort="is_supplier", shown=False),
        Column(
            "created_at",
            _("Created"),
            Kind.DATE,
            sort="created_at",
            shown=False,
            value=lambda row: row.created_at.date(),
        ),
    )

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return registers.with_people(self.visible_to(user).select_related("branch", "first_source"), "owner")

    def create_record(self, values: dict[str, Any], by: Actor) -> Client:
        return create_client(by=by, **values)

    def change_record(self, record: Client, changes: dict[str, Any], version: int | None, by: Actor) -> Client:
        return change_client(client_id=record.pk, changes=changes, version=version, by=by)

    def mark_of(self, record: Client, size: str = "s") -> SafeString:
        return cells.avatar(record.name, size=size, square=True)

    def second_line(self, record: Client) -> str:
        return record.segment or record.industry
