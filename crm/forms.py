"""Forms of clients, persons and leads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.documents import figures
from core.ui import registers
from core.ui.fields import RecordField
from core.ui.forms import Group, RecordForm
from crm.models import Client, Lead, Person


def offer_languages(form: RecordForm) -> None:
    """A language is chosen by its name; one that is not offered stays where the record has it."""
    if "language" in form.fields:
        has = getattr(form.record, "language", "")
        form.fields["language"].widget = forms.Select(choices=figures.languages(has))


class ClientForm(RecordForm):
    groups = (
        Group(_("Client"), ("name", "segment", "industry", "owner")),
        Group(_("Role"), ("is_customer", "is_supplier", "is_person")),
        Group(_("More"), ("branch", "first_source", "language", "credit_limit", "note"), more=True),
    )

    class Meta:
        model = Client
        fields = (
            "name", "segment", "industry", "owner", "is_customer", "is_supplier", "is_person", "branch", "first_source",
            "language", "credit_limit", "note",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_languages(self)


class PersonForm(RecordForm):
    """A new person may come with a place at a client, an e-mail and a phone; later these have boxes of their own."""

    groups = (
        Group(_("Person"), ("first_name", "last_name", "client", "position")),
        Group(_("How to reach"), ("email", "phone")),
        Group(_("More"), ("title", "middle_name", "suffix", "kind", "language", "status", "owner"), more=True),
    )

    class Meta:
        model = Person
        fields = (
            "first_name", "last_name", "title", "middle_name", "suffix", "kind", "language", "status", "owner",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_languages(self)

    def extra_fields(self) -> dict[str, forms.Field]:
        if self.record is not None:
            return {}
        clients = registers.by_key("crm.client")
        return {
            "client": RecordField(clients, self.user, label=_("Client"), required=False),
            "position": forms.CharField(label=_("Position"), max_length=120, required=False),
            "email": forms.EmailField(label=_("E-mail"), required=False),
            "phone": forms.CharField(
                label=_("Phone"), max_length=60, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
            ),
        }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        named = {"first_name", "last_name"} & set(self.fields)
        if len(named) == 2 and not (data.get("first_name", "").strip() or data.get("last_name", "").strip()):
            self.add_error("last_name", _("A person needs a first or a last name."))
        return data


LEAD_NAMES = ("name", "company", "email", "phone", "title")  # what a lead is called by


class LeadForm(RecordForm):
    groups = (
        Group(_("Who asks"), ("name", "company", "email", "phone")),
        Group(_("What for"), ("title", "message", "budget", "source", "owner", "branch")),
    )

    class Meta:
        model = Lead
        fields = ("name", "company", "email", "phone", "title", "message", "budget", "source", "owner", "branch")

    def clean(self) -> dict[str, Any]:
        """Somebody has to be named or something to be said, or nobody finds the lead again."""
        data: dict[str, Any] = super().clean() or {}
        asked = [name for name in LEAD_NAMES if name in self.fields]
        told = [data.get(name) if name in asked else getattr(self.record, name, "") for name in LEAD_NAMES]
        if asked and not self.errors and not any(told):
            self.add_error(asked[0], _("Write at least a name, a company, an e-mail, a phone or a title."))
        return data
