"""Shows the parts; what they say is made up, what they look like is what every screen uses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from core.components import charts
from core.ui.access import Guarded

COLOURS = (
    "brand", "brand-soft", "page", "side", "card", "sunk", "text-1", "text-2", "line", "ok", "warn", "bad", "info",
)  # fmt: skip
TERMS = [("14", _("14 days")), ("30", _("30 days"))]


class SampleForm(forms.Form):
    """One field of each look: plain, wrong, choice, money, text, yes or no."""

    company = forms.CharField(label=_("Company"), help_text=_("As in the trade register."))
    vat_number = forms.CharField(label=_("VAT number"), min_length=11)
    terms = forms.ChoiceField(label=_("Payment terms"), choices=TERMS)
    limit = forms.DecimalField(label=_("Credit limit"), required=False)
    remark = forms.CharField(label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    partner = forms.BooleanField(label=_("Is a partner"), required=False)


class Components(Guarded, TemplateView):
    action = None
    template_name = "components/all.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        typed = {
            "company": "Verkehrsinfrastrukturfinanzierungsgesellschaft mbH",
            "vat_number": "DE12345",
            "terms": "14",
        }
        return super().get_context_data(
            colours=COLOURS,
            charts=range(1, 7),
            drawn_charts=charts.samples(self.request),
            rows=range(4),
            sample_form=SampleForm(typed),
            toasts=[
                {"level": "ok", "text": _("3 contacts got a new owner"), "undo_url": self.request.path},
                {"level": "info", "text": _("The export is being made")},
                {"level": "warn", "text": _("2 of 5 warehouses did not answer")},
                {
                    "level": "bad",
                    "text": _("Not saved. Tomasz changed this price two minutes ago."),
                    "action_url": self.request.path,
                    "action_label": _("Compare"),
                },
            ],
            **kwargs,
        )
