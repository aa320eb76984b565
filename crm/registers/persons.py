from __future__ import annotations

from typing import Any

from django.db.models import Max, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.ui import cells, registers, remarks
from core.ui.bulk import STANDARD
from core.ui.registers import Register
from core.ui.tables import Column, Kind
from crm.choices import ContactKind, InteractionStatus
from crm.filters import PersonFilter
from crm.forms import PersonForm
from crm.models import ContactPoint, Interaction, Person, PersonRole
from crm.services.persons import change_person, create_person

TONES = {"active": "ok", "left": ""}


def _points(kind: str) -> Any:
    """How a list reads its e-mails or phones: both in one statement, by whichever column asks first."""

    def read(ids: list[int], user: Any) -> dict[int, str]:
        held = getattr(user, "_points_of_list", None)
        if held is None or held[0] is not ids:
            held = user._points_of_list = (ids, _points_of(ids))
        return held[1][kind]

    return read


def _points_of(ids: list[int]) -> dict[str, dict[int, str]]:
    found: dict[str, dict[int, str]] = {ContactKind.EMAIL: {}, ContactKind.PHONE: {}}
    points = ContactPoint.objects.filter(person__in=ids, kind__in=list(found)).order_by("is_primary", "-pk")
    for kind, person, value in points.values_list("kind", "person", "value"):
        found[kind][person] = value  # the primary one comes last and stays
    return found


def clients_of(ids: list[int], user: Any) -> dict[int, str]:
    """Where each person has a place, as far as the user may know of the client."""
    from crm.models import Client

    roles = PersonRole.objects.filter(person__in=ids, client__in=Client.objects.visible_to(user))
    return dict(roles.order_by("is_primary", "-pk").values_list("person", "client__name"))


def positions(ids: list[int], _user: Any) -> dict[int, str]:
    roles = PersonRole.objects.filter(person__in=ids).exclude(position="")
    return dict(roles.order_by("is_primary", "-pk").values_list("person", "position"))


def last_contacts(ids: list[int], _user: Any) -> dict[int, Any]:
    done = Interaction.objects.filter(person__in=ids, status=InteractionStatus.DONE)
    return dict(done.order_by().values("person").annotate(last=Max("at")).values_list("person", "last"))


def tags(ids: list[int], _user: Any) -> dict[int, list[str]]:
    return remarks.tags_of_many(Person, ids)


@registers.add
class Persons(Register):
    """People we talk with, at one or several clients."""

    model, name, plural, icon, section = Person, "person", "persons", "address-book", "sell"
    called, called_many = _("contact"), _("contacts")
    view_action = "crm.view_person"
    create_action = "crm.create_client"
    change_action = "crm.change_client"
    bin_action = "crm.bin_person"
    form_class, filter_class = PersonForm, PersonFilter
    bulk_actions = STANDARD
    single_fields = frozenset({"first_name", "last_name", "middle_name", "client", "email", "phone"})
    facts = ("title", "first_name", "middle_name", "last_name", "kind", "status", "language", "owner")
    default_sort = "name"
    columns = (
        Column("name", _("Name"), value=str, sort="last_name", folds=True, on_phone=True),
        Column("client", _("Client"), batch=clients_of),
        Column("position", _("Position"), batch=positions),
        Column("email", _("E-mail"), Kind.EMAIL, batch=_points(ContactKind.EMAIL)),
        Column("phone", _("Phone"), Kind.PHONE, batch=_points(ContactKind.PHONE)),
        Column("tags", _("Tags"), Kind.TAGS, batch=tags),
        Column("last_contact", _("Last contact"), Kind.AGO, batch=last_contacts, on_phone=True),
        Column("owner", _("Owner"), Kind.USER, sort="owner__first_name", edits="owner"),
        Column("status", _("Status"), Kind.CHOICE, sort="status", tones=TONES, shown=False),
        Column("language", _("Language"), sort="language", shown=False, edits="language"),
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
        return self.visible_to(user).select_related("owner")

    def create_record(self, values: dict[str, Any], by: Actor) -> Person:
        known = {"client_id", "position", "email", "phone", "first_name", "last_name", "owner_id"}
        first = {name: value for name, value in values.items() if name in known}
        person = create_person(by=by, **{"first_name": "", "last_name": "", **first})
        rest = {name: value for name, value in values.items() if name not in known}
        return change_person(person_id=person.pk, changes=rest, by=by) if rest else person

    def change_record(self, record: Person, changes: dict[str, Any], version: int | None, by: Actor) -> Person:
        return change_person(person_id=record.pk, changes=changes, version=version, by=by)

    def mark_of(self, record: Person, size: str = "s") -> SafeString:
        return cells.avatar(str(record), size=size)
