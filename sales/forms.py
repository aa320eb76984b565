"""Forms of deals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.ui import registers
from core.ui.fields import RecordField
from core.ui.forms import Group, RecordForm
from crm.models import LegalEntity
from sales.models import Deal, Pipeline

ONLY_NEW = ("pipeline",)
ONLY_LATER = ("probability", "legal_entity")


class DealForm(RecordForm):
    """A deal may begin early: a name and a guess of what it is worth are enough.

    A deal keeps its client and its pipeline; the legal entity is one of the client's.
    """

    groups = (
        Group(_("Deal"), ("name", "client", "amount", "expected_close", "owner")),
        Group(_("More"), ("pipeline", "probability", "legal_entity", "source", "branch"), more=True),
    )

    class Meta:
        model = Deal
        fields = (
            "name", "amount", "probability", "expected_close", "owner", "legal_entity", "source", "branch",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ONLY_NEW if self.record is not None else ONLY_LATER:
            self.fields.pop(name, None)
        if "legal_entity" in self.fields:
            entities: Any = self.fields["legal_entity"]
            entities.queryset = LegalEntity.objects.filter(client=self.record.client_id).order_by("legal_name")

    def extra_fields(self) -> dict[str, forms.Field]:
        made: dict[str, forms.Field] = {}
        if self.record is None or self.record.client_id is None:
            made["client"] = RecordField(
                registers.by_key("crm.client"), self.user, label=_("Client"), required=False,
                help_text=_("May follow later."),
            )  # fmt: skip
        pipelines = Pipeline.objects.filter(is_active=True).order_by("-is_default", "name")
        if self.record is None and len(pipelines) > 1:
            made["pipeline"] = forms.ModelChoiceField(
                pipelines, label=_("Pipeline"), initial=pipelines[0], empty_label=None
            )
        return made
