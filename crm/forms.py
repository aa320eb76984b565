"""Forms of clients, persons and leads."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.ui.forms import Group, RecordForm
from crm.models import Client


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
