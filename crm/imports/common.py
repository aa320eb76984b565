"""What the profiles of crm share: contact points out of cells, and whom they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.imports.profiles import Entry
from crm.choices import ContactKind
from crm.contacts import normalised
from crm.models import Client, ContactPoint, Person

MAIL_WORDS = (
    "e-mail", "email", "mail", "e-mail address", "email address", "e-mail 1", "e-mail 1 - value", "primary email",
    "courriel", "correo", "correo electrónico", "correo electronico", "электронная почта", "почта", "эл. почта",
    "adres e-mail", "e-mail-adresse", "adresse e-mail", "e-pošta",
)  # fmt: skip
PHONE_WORDS = (
    "phone", "telephone", "tel", "tel.", "phone number", "business phone", "work phone", "phone 1", "phone 1 - value",
    "home phone", "telefon", "telefonnummer", "téléphone", "teléfono", "telefono", "телефон", "рабочий телефон",
    "numer telefonu",
)  # fmt: skip
MOBILE_WORDS = ("mobile", "mobile phone", "cell", "cell phone", "handy", "mobil", "portable", "móvil", "мобильный",
    "komórka")  # fmt: skip
KEY_WORDS = ("external key", "external id", "id", "key", "number", "no", "nummer", "kundennummer", "код", "номер",
    "uid", "numer")  # fmt: skip
POINT_FIELDS = {
    "email": ContactKind.EMAIL,
    "email2": ContactKind.EMAIL,
    "phone": ContactKind.PHONE,
    "mobile": ContactKind.PHONE,
    "web": ContactKind.WEB,
}
SAME = {
    ContactKind.EMAIL: gettext_lazy("same e-mail"),
    ContactKind.PHONE: gettext_lazy("same phone"),
}
MARK_WORDS = {ContactKind.EMAIL: gettext_lazy("e-mail"), ContactKind.PHONE: gettext_lazy("phone")}


def read_points(entry: Entry) -> None:
    """Put the e-mails and phones of a row into `points`: (kind, value, the one spelling)."""
    if "points" in entry.values:
        return
    region = entry.values.get("country") or None
    points: list[list[str]] = []
    for name, kind in POINT_FIELDS.items():
        value = entry.values.get(name)
        if not value:
            continue
        spelling = normalised(kind, value, region=region)
        if spelling is None:
            entry.refuse(_("“{text}” cannot be read.").format(text=value[:60]), name)
        elif not any(point[0] == kind and point[2] == spelling for point in points):
            points.append([str(kind), value, spelling])
    entry.values["points"] = points


def marks_of(values: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    """E-mails and phones: no two rows of a file should share them."""
    for kind, _value, spelling in values.get("points", ()):
        if kind in MARK_WORDS:
            yield f"{kind}:{spelling}", MARK_WORDS[ContactKind(kind)]


def owners_of_points(
    entries: Sequence[Entry], *, owner: str, by: Actor
) -> dict[tuple[str, str], list[tuple[int, str]]]:
    """Persons or clients the user may see, with their names, by the contact points that rows share with them."""
    asked: dict[str, set[str]] = {}
    for entry in entries:
        for kind, _value, spelling in entry.values.get("points", ()):
            if kind in SAME:
                asked.setdefault(kind, set()).add(spelling)
    if not asked:
        return {}
    known = reduce(or_, (Q(kind=kind, normalised__any=spellings) for kind, spellings in asked.items()))
    points = ContactPoint.objects.filter(known).exclude(**{owner: None})
    held = list(points.values_list("kind", "normalised", owner))
    model: Any = Person if owner == "person_id" else Client
    names = {row.pk: str(row) for row in model.objects.visible_to(by).filter(pk__any={pk for _k, _s, pk in held})}
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for kind, spelling, pk in held:
        if pk in names:
            found.setdefault((kind, spelling), []).append((pk, names[pk]))
    return found
