"""Clients with their legal entity, address and contact points."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.imports import profiles, references
from core.imports.fields import CellError, ImportField, Kind, Reference, of
from core.imports.profiles import Entry, ImportProfile, Twin, Written
from crm.choices import ClientStatus, ContactKind
from crm.imports import common
from crm.models import Client, ContactPoint, LegalEntity, PersonRole, Source
from crm.services.importing import import_clients

ADDRESS_PARTS = ("street", "postcode", "city", "region")
LIKE = 0.6
_LEGAL_FORMS = re.compile(
    r"\b(gmbh( & co\.? kg)?|ag|kg|ohg|ug|e\.?k|ltd|limited|llc|inc|corp(oration)?|co|company|plc|s\.?a\.?r\.?l|"
    r"s\.?a\.?s?|"
    r"s\.?r\.?l|s\.?p\.?a|b\.?v|n\.?v|a\.?b|oy|a/?s|sp\.? z o\.?o|s\.?r\.?o|ооо|оао|зао|пао|ао|ип|тов)\b\.?",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[^\w]+")
_ALIKE = """
SELECT wanted.name, found.id, found.name, found.city FROM unnest(%s::text[]) AS wanted(name)
CROSS JOIN LATERAL (
    SELECT c.id, c.name, (SELECT string_agg(lower(e.billing_address),
        ' ') FROM crm_legalentity e WHERE e.client_id = c.id)
           AS city
    FROM crm_client c WHERE lower(c.name) %% wanted.name
    ORDER BY similarity(lower(c.name), wanted.name) DESC, c.id LIMIT 5
) found
"""


def _iban(text: str) -> str:
    from stdnum import iban

    compact = text.replace(" ", "").upper()
    if not iban.is_valid(compact):
        raise CellError(_("“{text}” is no valid IBAN; its check digits do not fit.").format(text=text[:40]))
    return compact


def core_name(name: str) -> str:
    """A company's name without its legal form, signs and capitals: “Müller & Söhne GmbH” is “müller söhne”."""
    return " ".join(_SIGNS.sub(" ", _LEGAL_FORMS.sub(" ", name.lower())).split())


@profiles.add
class Clients(ImportProfile):
    """One row is one client; its tax number, e-mail, phone or a like name in the same city make it a likely twin."""

    key = "clients"
    label = gettext_lazy("Clients")
    icon = "building-store"
    model = Client
    keys = ("external_key", "tax_id", "name")
    create_action = "crm.create_client"
    change_action = "crm.change_client"
    finds_twins = True
    parts = ((ContactPoint, "client_id"), (PersonRole, "client_id"))
    list_url = "crm:client_list"
    help = gettext_lazy("Companies and private buyers, with address, tax number and terms of payment.")
    fields = (
        of(Client, "name", required=True, synonyms=("name", "company", "company name", "client", "customer",
            "account", "account name", "firma", "firmenname", "kunde", "unternehmen", "nom", "société", "entreprise",
            "empresa", "razón social", "компания", "организация", "название", "клиент", "наименование", "nazwa",
            "firma", "název", "назва")),
        of(Client, "external_key", synonyms=(*common.KEY_WORDS, "customer number", "customer no",
            "customer id", "client number", "client id", "account number crm", "kundennr", "kunden-id", "номер клиента",
            "код клиента")),
        of(LegalEntity, "legal_name", synonyms=("legal name", "registered name", "legal entity", "rechtlicher name",
            "raison sociale", "юридическое лицо")),
        of(LegalEntity, "tax_id", synonyms=("tax number", "tax id", "vat", "vat id", "vat number", "vat reg no",
            "ust-id", "ust-idnr", "ust-idnr.", "umsatzsteuer-id", "steuernummer", "n° tva", "numéro de tva", "nif",
            "cif", "p.iva", "partita iva", "инн", "nip", "dič", "еdrpou", "єдрпоу")),
        of(LegalEntity, "country", check=references.country_code, max_length=60, synonyms=("country", "country code",
            "land", "pays", "país", "paese", "страна", "kraj", "země", "країна")),
        ImportField("street", gettext_lazy("street"), Kind.LONG_TEXT, max_length=300, synonyms=("street", "address",
            "address 1", "street address", "straße", "strasse", "adresse", "rue", "dirección", "calle", "indirizzo",
            "адрес", "улица", "ulica", "adres")),
        ImportField("postcode", gettext_lazy("postcode"), max_length=20, synonyms=("postcode", "zip", "zip code",
            "postal code", "plz", "postleitzahl", "code postal", "código postal", "cap", "индекс", "почтовый индекс",
            "kod pocztowy", "psč")),
        ImportField("city", gettext_lazy("city"), max_length=120, synonyms=("city", "town", "ort", "stadt", "ville",
            "ciudad", "città", "город", "miasto", "město", "місто")),
        ImportField("region", gettext_lazy("region"), max_length=120, synonyms=("region", "state", "province",
            "bundesland", "область", "регион", "województwo")),
        ImportField("email", gettext_lazy("e-mail"), Kind.EMAIL, synonyms=common.MAIL_WORDS),
        ImportField("phone", gettext_lazy("phone"), Kind.PHONE, synonyms=common.PHONE_WORDS),
        ImportField("web", gettext_lazy("web address"), max_length=320, synonyms=("website", "web", "url",
            "web address", "homepage", "webseite", "site web", "sitio web", "сайт", "strona www")),
        of(Client, "segment", synonyms=("segment", "category", "class", "kategorie", "catégorie", "сегмент",
            "категория")),
        of(Client, "industry", synonyms=("industry", "sector", "branche", "secteur", "отрасль", "branża")),
        of(Client, "status", label=gettext_lazy("status"),
            choices=tuple(choice for choice in ClientStatus.choices if choice[0] != ClientStatus.BLOCKED),
            synonyms=("status", "статус")),
        references.user(),
        references.branch(),
        of(Client, "is_customer", synonyms=("is customer", "customer yes/no", "ist kunde")),
        of(Client, "is_supplier", synonyms=("supplier", "vendor", "lieferant", "fournisseur", "proveedor",
            "поставщик", "dostawca")),
        of(Client, "is_person", synonyms=("private person", "private customer", "privatkunde", "particulier",
            "физическое лицо")),
        of(Client, "credit_limit", minimum=0, needs="crm.change_credit_limit", synonyms=("credit limit",
            "kreditlimit", "limite de crédit", "кредитный лимит", "limit kredytowy")),
        ImportField("first_source_id", gettext_lazy("source"), Kind.REFERENCE, reference=Reference(Source, ("code",
            "name")), synonyms=("source", "lead source", "quelle", "origine", "источник", "źródło")),
        of(LegalEntity, "account_number", synonyms=("account number", "debtor number", "debitor", "debitorennummer",
            "numéro de compte", "лицевой счёт")),
        of(LegalEntity, "payment_days", synonyms=("payment term", "payment days", "net days", "zahlungsziel",
            "délai de paiement", "срок оплаты")),
        references.currency(),
        of(LegalEntity, "iban", check=_iban, max_length=60, synonyms=("iban",)),
        of(LegalEntity, "shipping_address", synonyms=("delivery address", "shipping address", "lieferadresse",
            "adresse de livraison", "адрес доставки")),
        of(LegalEntity, "territory", synonyms=("territory", "sales territory", "gebiet", "territoire", "территория")),
        of(Client, "language", synonyms=("language", "sprache", "langue", "idioma", "язык")),
        of(Client, "note", synonyms=("note", "notes", "comment", "bemerkung", "notiz", "remarque", "notas",
            "примечание", "комментарий", "uwagi")),
    )  # fmt: skip

    def check(self, entries: Sequence[Entry], *, by: Actor) -> None:
        for entry in entries:
            common.read_points(entry)
            self._lay_out_address(entry.values)
        self._refuse_taken_tax_numbers(entries)

    def _lay_out_address(self, values: dict[str, Any]) -> None:
        street, postcode, city, region = (values.pop(name, "") for name in ADDRESS_PARTS)
        place = " ".join(part for part in (postcode, city) if part)
        if street or place or region:
            values["billing_address"] = "\n".join(part for part in (street, place, region) if part)
        if city:
            values["in_city"] = city.lower()

    def _refuse_taken_tax_numbers(self, entries: Sequence[Entry]) -> None:
        """A tax number stands once per country; the one who has it is told by name only to those who see him."""
        asked = {
            entry.values["tax_id"] for entry in entries if entry.record_id is not None and entry.values.get("tax_id")
        }
        if not asked:
            return
        rows = LegalEntity.objects.filter(tax_id__in=asked).values_list("country", "tax_id", "client_id")
        taken = {(country, tax_id): client_id for country, tax_id, client_id in rows}
        for entry in entries:
            owner = taken.get((entry.values.get("country", ""), entry.values.get("tax_id", "")))
            if entry.record_id is not None and owner is not None and owner != entry.record_id:
                entry.refuse(_("Another client has this tax number."), "tax_id")

    def records_by_key(self, key_field: str, wanted: Iterable[str], by: Actor) -> dict[str, list[int]]:
        if key_field != "tax_id":
            return super().records_by_key(key_field, wanted, by)
        found: dict[str, list[int]] = {}
        rows = LegalEntity.objects.filter(tax_id__in=list(wanted)).order_by("client_id")
        for value, pk in rows.values_list("tax_id", "client_id").distinct():
            found.setdefault(value, []).append(pk)
        return found

    def marks(self, values: dict[str, Any]) -> Iterable[tuple[str, Any]]:
        yield from common.marks_of(values)
        if values.get("tax_id"):
            yield f"tax:{values.get('country', '')}:{values['tax_id']}", _("tax number")

    def twins(self, entries: Sequence[Entry], *, by: Actor) -> None:
        behind = common.owners_of_points(entries, owner="client_id", by=by)
        taxed = self._by_tax_number(entries, by)
        alike = self._by_name(entries, by)
        for entry in entries:
            found: dict[int, Twin] = {}
            for pk, label in taxed.get(entry.values.get("tax_id", ""), ()):
                found.setdefault(pk, Twin(pk, label, _("same tax number")))
            for kind, _value, spelling in entry.values["points"]:
                for pk, label in behind.get((kind, spelling), ()):
                    found.setdefault(pk, Twin(pk, label, str(common.SAME[ContactKind(kind)])))
            city = entry.values.get("in_city", "")
            for pk, label, address in alike.get(entry.values.get("name", "").lower(), ()):
                if not city or not address or city in address:
                    why = _("like name in the same city") if city and address else _("like name")
                    found.setdefault(pk, Twin(pk, label, why))
            entry.twins += list(found.values())[:5]

    def _by_tax_number(self, entries: Sequence[Entry], by: Actor) -> dict[str, list[tuple[int, str]]]:
        asked = {entry.values["tax_id"] for entry in entries if entry.values.get("tax_id")}
        found: dict[str, list[tuple[int, str]]] = {}
        if asked:
            rows = Client.objects.visible_to(by).filter(legal_entities__tax_id__in=asked)
            for tax_id, pk, name in rows.values_list("legal_entities__tax_id", "pk", "name"):
                found.setdefault(tax_id, []).append((pk, name))
        return found

    def _by_name(self, entries: Sequence[Entry], by: Actor) -> dict[str, list[tuple[int, str, str]]]:
        """Clients the user may see whose name is like that of a row (trigrams), with their addresses."""
        names = {entry.values["name"].lower() for entry in entries if entry.values.get("name")}
        if not names:
            return {}
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(LIKE)])
            cursor.execute(_ALIKE, [sorted(names)])
            rows = cursor.fetchall()
        visible = set(
            Client.objects.visible_to(by).filter(pk__in={row[1] for row in rows}).values_list("pk", flat=True)
        )
        found: dict[str, list[tuple[int, str, str]]] = {}
        for name, pk, label, address in rows:
            same = core_name(name) == core_name(label)
            if pk in visible and (same or len(core_name(name)) > 4):
                found.setdefault(name, []).append((pk, label, address or ""))
        return found

    def write(self, entries: Sequence[Entry], *, by: Actor, dry: bool = False) -> list[Written]:
        return import_clients(entries=entries, by=by, dry=dry)
