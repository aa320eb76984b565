"""Forms of campaigns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.ui.fields import AmountField, DayField
from core.ui.forms import Group, RecordForm
from crm.choices import SourceChannel
from crm.models import Source
from marketing.models import Campaign


class CampaignForm(RecordForm):
    """A new campaign hangs on a source that has none, or gets one of its own; later neither changes."""

    groups = (
        Group(_("Campaign"), ("name", "code", "budget", "starts_on", "ends_on")),
        Group(_("Where its leads come from"), ("source", "channel")),
    )

    class Meta:
        model = Campaign
        fields = ("name", "code", "source", "budget", "starts_on", "ends_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.record is not None:
            for name in ("code", "source"):
                self.fields.pop(name, None)
            return
        if "source" in self.fields:
            field = self.fields["source"]
            field.queryset = Source.objects.filter(is_active=True, campaign__isnull=True).order_by("name")  # type: ignore[attr-defined]
            field.required = False
            field.help_text = _("Leave it empty to make a source of its own; web requests find it by the code.")

    def extra_fields(self) -> dict[str, forms.Field]:
        if self.record is not None:
            return {}
        return {
            "channel": forms.ChoiceField(
                label=_("Channel"), choices=SourceChannel.choices, initial=SourceChannel.ADS, required=False
            )
        }

    def validate_unique(self) -> None:
        """Left to the service: the same form sent twice has to find the campaign that it made."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        begins, ends = data.get("starts_on"), data.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", _("A campaign cannot end before it begins."))
        return data


class CostForm(forms.Form):
    """Money spent; less than nothing corrects a cost entered before."""

    label = forms.CharField(label=_("What for"), max_length=120)
    amount = AmountField(
        label=_("Amount"), max_digits=12, decimal_places=2, help_text=_("A correction is a negative amount.")
    )
    on = DayField(label=_("Day"))
