"""Persons with e-mails, phones and their place at a client."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.imports import profiles, references
from core.imports.fields import ImportField, Kind, Reference, of
from core.imports.profiles import Entry, ImportProfile, Twin, Written
from crm.choices import ContactKind
from crm.imports import common
from crm.models import Client, ContactPoint, Person, PersonRole
from crm.services.importing import import_persons


@profiles.add
class Persons(ImportProfile):
    """One row is one person; an e-mail, phone or name that is known already makes it a likely twin."""

    key = "persons"
    label = gettext_lazy("Contacts")
    icon = "users"
    model = Person
    keys = ("external_key", "email")
    create_action = "crm.create_client"
    change_action = "crm.change_client"
    finds_twins = True
    batch_size = 5_000
    parts = ((ContactPoint, "person_id"), (PersonRole, "person_id"))
    list_url = "crm:person_list"
    help = gettext_lazy("Contacts with e-mails and phones, from a mail program, a telephone or another system.")
    fields = (
        of(Person, "first_name", synonyms=("first name", "given name", "vorname", "prénom", "nombre", "nome", "имя",
            "imię", "jméno", "ім'я")),
        of(Person, "last_name", synonyms=("last name", "surname", "family name", "nachname", "nom", "nom de famille",
            "apellidos", "apellido", "cognome", "фамилия", "nazwisko", "příjmení", "прізвище")),
        ImportField("full_name", gettext_lazy("full name"), max_length=240, synonyms=("name", "full name", "contact",
            "contact name", "display name", "ansprechpartner", "nom complet", "nombre completo", "фио", "полное имя",
            "контакт"), help=gettext_lazy("Parted into first and last name where these are empty.")),
        ImportField("email", gettext_lazy("e-mail"), Kind.EMAIL, synonyms=common.MAIL_WORDS),
        ImportField("phone", gettext_lazy("phone"), Kind.PHONE, synonyms=common.PHONE_WORDS),
        ImportField("mobile", gettext_lazy("mobile phone"), Kind.PHONE, synonyms=common.MOBILE_WORDS),
        ImportField("company", gettext_lazy("company"), max_length=200, synonyms=("company", "company name",
            "organization", "organisation", "organization name", "account", "firma", "unternehmen", "entreprise",
            "société", "empresa", "azienda", "компания", "организация", "spółka"),
            help=gettext_lazy("Found by its exact name, or made as a new client.")),
        ImportField("client_id", gettext_lazy("client"), Kind.REFERENCE, synonyms=("client", "client number",
            "customer", "customer number", "client id", "kunde", "kundennummer", "клиент"),
            reference=Reference(Client, ("external_key", "name")),
            help=gettext_lazy("A client that is there already: its external key or its name.")),
        ImportField("position", gettext_lazy("position"), max_length=120, synonyms=("job title", "position",
            "title at work", "role", "stelle", "funktion", "poste", "fonction", "cargo", "puesto", "должность",
            "stanowisko")),
        of(Person, "title", synonyms=("title", "salutation", "prefix", "anrede", "titel", "civilité", "обращение")),
        of(Person, "middle_name", synonyms=("middle name", "additional name", "zweiter vorname", "отчество")),
        of(Person, "suffix", synonyms=("suffix", "name suffix")),
        ImportField("email2", gettext_lazy("second e-mail"), Kind.EMAIL, synonyms=("e-mail 2", "email 2",
            "e-mail 2 address", "e-mail 2 - value", "second email", "other email")),
        of(Person, "kind", synonyms=("kind", "type", "person type", "persontype")),
        of(Person, "language", synonyms=("language", "sprache", "langue", "idioma", "язык")),
        of(Person, "status", label=gettext_lazy("status")),
        references.user(),
        of(Person, "external_key", synonyms=common.KEY_WORDS),
    )  # fmt: skip

    def check(self, entries: Sequence[Entry], *, by: Actor) -> None:
        for entry in entries:
            values = entry.values
            full = values.pop("full_name", "")
            if full and not (values.get("first_name") or values.get("last_name")):
                first, _blank, last = full.rpartition(" ")
                values["first_name"], values["last_name"] = first[:80], last[:80]
            common.read_points(entry)
            has_name = values.get("first_name") or values.get("last_name")
            if entry.record_id is None and not has_name and not values["points"]:
                entry.refuse(_("A person needs a name, an e-mail or a phone."), "last_name")
            elif entry.record_id is None and not has_name:
                values["last_name"] = values["points"][0][1][:80]

    def marks(self, values: dict[str, Any]) -> Iterable[tuple[str, Any]]:
        return common.marks_of(values)

    def records_by_key(self, key_field: str, wanted: Iterable[str], by: Actor) -> dict[str, list[int]]:
        if key_field != "email":
            return super().records_by_key(key_field, wanted, by)
        spelled = {text.lower(): text for text in wanted}
        points = ContactPoint.objects.filter(kind=ContactKind.EMAIL, normalised__any=spelled, person__isnull=False)
        found: dict[str, list[int]] = {}
        for spelling, pk in points.values_list("normalised", "person_id"):
            found.setdefault(spelled[spelling], []).append(pk)
        return found

    def key_of(self, values: dict[str, Any], key_field: str) -> str:
        key = super().key_of(values, key_field)
        return key.lower() if key_field == "email" else key

    def twins(self, entries: Sequence[Entry], *, by: Actor) -> None:
        behind = common.owners_of_points(entries, owner="person_id", by=by)
        by_name = self._by_name(entries, by)
        for entry in entries:
            found: dict[int, Twin] = {}
            for kind, _value, spelling in entry.values["points"]:
                for pk, label in behind.get((kind, spelling), ()):
                    found.setdefault(pk, Twin(pk, label, str(common.SAME[ContactKind(kind)])))
            for pk, label in by_name.get(_name_key(entry.values), ()):
                found.setdefault(pk, Twin(pk, label, _("same name at the same client")))
            entry.twins += list(found.values())[:5]

    def _by_name(self, entries: Sequence[Entry], by: Actor) -> dict[tuple[str, str, str], list[tuple[int, str]]]:
        """Persons of the same first and last name at the same client, or at none, in one statement."""
        firsts = {entry.values.get("first_name") or "" for entry in entries}
        lasts = {entry.values.get("last_name") or "" for entry in entries}
        rows = Person.objects.visible_to(by).filter(last_name__any=lasts, first_name__any=firsts).order_by("pk")
        found: dict[tuple[str, str, str], list[tuple[int, str]]] = {}
        for pk, first, last, client in rows.values_list("pk", "first_name", "last_name", "roles__client__name"):
            found.setdefault((first, last, client or ""), []).append((pk, f"{first} {last}".strip()))
        return found

    def write(self, entries: Sequence[Entry], *, by: Actor, dry: bool = False) -> list[Written]:
        return import_persons(entries=entries, by=by, dry=dry)


def _name_key(values: dict[str, Any]) -> tuple[str, str, str]:
    return (values.get("first_name") or "", values.get("last_name") or "", values.get("company") or "")
