"""Leads of another system or of a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.imports import profiles, references
from core.imports.fields import ImportField, Kind, Reference, of
from core.imports.profiles import Entry, ImportProfile, Twin, Written
from crm.choices import LeadStatus
from crm.imports import common
from crm.models import Lead, Source
from crm.services.importing import import_leads

TAKEN = tuple(choice for choice in LeadStatus.choices if choice[0] != LeadStatus.QUALIFIED)


@profiles.add
class Leads(ImportProfile):
    """One row is one lead; an open lead with the same e-mail makes it a likely twin."""

    key = "leads"
    label = gettext_lazy("Leads")
    icon = "inbox"
    model = Lead
    create_action = "crm.receive_lead"
    change_action = "crm.answer_lead"
    finds_twins = True
    list_url = "crm:lead_list"
    help = gettext_lazy("Requests and addresses of interested people. Nobody is told of imported leads.")
    fields = (
        of(Lead, "name", synonyms=("name", "full name", "contact", "contact name", "ansprechpartner", "nom", "nombre",
            "имя", "фио", "контакт", "nazwisko")),
        of(Lead, "company", synonyms=("company", "company name", "organization", "firma", "unternehmen", "société",
            "empresa", "компания", "организация")),
        ImportField("email", gettext_lazy("e-mail"), Kind.EMAIL, synonyms=common.MAIL_WORDS),
        ImportField("phone", gettext_lazy("phone"), Kind.PHONE, max_length=60, synonyms=(*common.PHONE_WORDS,
            *common.MOBILE_WORDS)),
        of(Lead, "title", synonyms=("title", "subject", "topic", "betreff", "thema", "objet", "asunto", "тема")),
        of(Lead, "message", synonyms=("message", "request", "comment", "note", "notes", "nachricht", "anfrage",
            "message client", "mensaje", "сообщение", "запрос", "комментарий")),
        ImportField("source_id", gettext_lazy("source"), Kind.REFERENCE, reference=Reference(Source, ("code",
            "name")), synonyms=("source", "lead source", "channel", "quelle", "источник", "канал")),
        of(Lead, "received_at", synonyms=("received at", "date", "created", "created at", "datum", "eingang",
            "date de création", "fecha", "дата", "дата создания")),
        of(Lead, "status", label=gettext_lazy("status"), choices=TAKEN, synonyms=("status", "статус")),
        of(Lead, "reject_reason", synonyms=("reason", "reject reason", "grund", "причина")),
        of(Lead, "budget", minimum=0, synonyms=("budget", "amount", "betrag", "бюджет", "сумма")),
        references.user(),
        references.branch(),
        of(Lead, "external_key", synonyms=common.KEY_WORDS),
    )  # fmt: skip

    def check(self, entries: Sequence[Entry], *, by: Actor) -> None:
        for entry in entries:
            values = entry.values
            common.read_points(entry)
            if entry.record_id is None and not any(values.get(name) for name in ("name", "company", "email", "phone")):
                entry.refuse(_("A lead needs a name, a company, an e-mail or a phone."), "name")
            if values.get("status") == LeadStatus.REJECTED and not values.get("reject_reason"):
                entry.refuse(_("A rejected lead needs its reason."), "reject_reason")

    def marks(self, values: dict[str, Any]) -> Iterable[tuple[str, Any]]:
        return common.marks_of(values)

    def twins(self, entries: Sequence[Entry], *, by: Actor) -> None:
        mails = {entry.values["email"] for entry in entries if entry.values.get("email")}
        open_leads = Lead.objects.visible_to(by).filter(status__in=[LeadStatus.NEW, LeadStatus.WORKING])
        rows = open_leads.filter(email__in=mails) if mails else Lead.objects.none()
        found: dict[str, list[Twin]] = {}
        for lead in rows.order_by("-pk"):
            found.setdefault(lead.email, []).append(Twin(lead.pk, str(lead), _("open lead with the same e-mail")))
        for entry in entries:
            entry.twins += found.get(entry.values.get("email", ""), [])[:5]

    def write(self, entries: Sequence[Entry], *, by: Actor, dry: bool = False) -> list[Written]:
        return import_leads(entries=entries, by=by, dry=dry)
