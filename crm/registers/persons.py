from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.prepared import prepared
from core.ui import cells, registers, remarks
from core.ui.bulk import STANDARD
from core.ui.registers import Register
from core.ui.tables import Column, Kind
from crm.choices import ContactKind, InteractionStatus
from crm.filters import PersonFilter
from crm.forms import PersonForm
from crm.models import Client, ContactPoint, Interaction, Person, PersonRole
from crm.services.persons import change_person, create_person

TONES = {"active": "ok", "left": ""}


def _shared(read: Callable[[list[int], Any], dict[str, dict[int, Any]]], part: str) -> Any:
    """How a list reads two columns that come from one statement: whichever asks first, sends it."""
    held = f"_list_{read.__name__}"

    def column(ids: list[int], user: Any) -> dict[int, Any]:
        known = getattr(user, held, None)
        if known is None or known[0] is not ids:
            known = (ids, read(ids, user))
            setattr(user, held, known)
        return known[1][part]  # type: ignore[no-any-return]

    return column


@prepared
def _points(ids: Any, _user: Any) -> QuerySet[Any, Any]:
    points = ContactPoint.objects.filter(person__in=ids, kind__in=[ContactKind.EMAIL, ContactKind.PHONE])
    return points.order_by("is_primary", "-pk").values_list("kind", "person", "value")


def points(ids: list[int], user: Any) -> dict[str, dict[int, Any]]:
    found: dict[str, dict[int, Any]] = {ContactKind.EMAIL: {}, ContactKind.PHONE: {}}
    for kind, person, value in _points(ids, user):
        found[kind][person] = value  # the primary one comes last and stays
    return found


@prepared
def _places(ids: Any, user: Any) -> QuerySet[Any, Any]:
    known = Client.objects.visible_to(user).filter(pk=OuterRef("client")).values("name")
    roles = PersonRole.objects.filter(person__in=ids).annotate(at=Subquery(known))
    return roles.order_by("is_primary", "-pk").values_list("person", "at", "position")


def places(ids: list[int], user: Any) -> dict[str, dict[int, Any]]:
    """Where each person has a place, as far as the user may know of the client, and as what."""
    found: dict[str, dict[int, Any]] = {"client": {}, "position": {}}
    for person, client, position in _places(ids, user):
        if client:
            found["client"][person] = client
        if position:
            found["position"][person] = position
    return found


@prepared
def _last_talks(ids: Any, _user: Any) -> QuerySet[Any, Any]:
    done = Interaction.objects.filter(person__in=ids, status=InteractionStatus.DONE)
    return done.order_by().values("person").annotate(last=Max("at")).values_list("person", "last")


def last_contacts(ids: list[int], user: Any) -> dict[int, Any]:
    return dict(_last_talks(ids, user))


@registers.add
class Persons(Register):
    """People we talk with, at one or several clients."""

    model, name, plural, icon, section = Person, "person", "persons", "address-book", "sell"
    called, called_many = _("contact"), _("contacts")
    rows_are_steady = True
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
        Column("client", _("Client"), batch=_shared(places, "client")),
        Column("position", _("Position"), batch=_shared(places, "position")),
        Column("email", _("E-mail"), Kind.EMAIL, batch=_shared(points, ContactKind.EMAIL)),
        Column("phone", _("Phone"), Kind.PHONE, batch=_shared(points, ContactKind.PHONE)),
        Column("tags", _("Tags"), Kind.TAGS, batch=remarks.tags_reader(Person)),
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
        return registers.with_people(self.visible_to(user), "owner")

    def create_record(self, values: dict[str, Any], by: Actor) -> Person:
        known = {"client_id", "position", "email", "phone", "first_name", "last_name", "owner_id"}
        first = {name: value for name, value in values.items() if name in known}
        rest = {name: value for name, value in values.items() if name not in known}
        return create_person(by=by, details=rest, **{"first_name": "", "last_name": "", **first})

    def change_record(self, record: Person, changes: dict[str, Any], version: int | None, by: Actor) -> Person:
        return change_person(person_id=record.pk, changes=changes, version=version, by=by)

    def mark_of(self, record: Person, size: str = "s") -> SafeString:
        return cells.avatar(str(record), size=size)
