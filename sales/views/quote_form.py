"""The head of a quote as it is typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.ui.fields import DayField
from crm.models import LegalEntity
from sales.models import Deal, Quote
from sales.selectors.quotes import signers


class QuoteForm(forms.Form):
    """The head of a quote."""

    legal_entity = forms.ModelChoiceField(queryset=LegalEntity.objects.none(), label=gettext_lazy("Bill to"))
    valid_until = DayField(label=gettext_lazy("Valid until"), required=False)
    tax_included = forms.BooleanField(label=gettext_lazy("Prices with tax"), required=False)
    terms = forms.CharField(
        label=gettext_lazy("Terms"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, deal: Deal, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        entities = [entity.pk for entity in signers(deal)]
        self.fields["legal_entity"].queryset = LegalEntity.objects.filter(pk__in=entities)  # type: ignore[attr-defined]
        self.fields["legal_entity"].empty_label = None  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            css = "form-select" if name == "legal_entity" else "form-control"
            if name != "tax_included":
                field.widget.attrs.setdefault("class", css)


def head_of(quote: Quote) -> dict[str, Any]:
    return {
        "legal_entity": quote.legal_entity_id,
        "valid_until": quote.valid_until,
        "tax_included": quote.tax_included,
        "terms": quote.terms,
    }
