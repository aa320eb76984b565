"""The form that defines an own field: only the parts that its kind has, and choices as rows that need no scripts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.choices import FieldKind
from core.customfields.defining import WITH_OPTIONS
from core.customfields.fields import targets
from core.models import Currency, CustomField, Role
from core.models.customfields import MOST_DIGITS

SPARE_ROWS = 3

# What each kind is good for, where one is chosen.
MEANT_FOR: dict[str, str | Promise] = {
    FieldKind.TEXT: _("A few words, a code, a colour."),
    FieldKind.NUMBER: _("A count or a measure, with the decimal places you choose."),
    FieldKind.MONEY: _("An amount in one currency, to the cent."),
    FieldKind.DATE: _("A day."),
    FieldKind.CHOICE: _("One out of a list."),
    FieldKind.CHOICES: _("Any number out of a list."),
    FieldKind.YESNO: _("A plain answer; not asked yet stays empty."),
    FieldKind.LINK: _("Another record: a client, an item, a colleague."),
}
ICONS = {
    FieldKind.TEXT: "letter-case",
    FieldKind.NUMBER: "number-123",
    FieldKind.MONEY: "coin",
    FieldKind.DATE: "calendar",
    FieldKind.CHOICE: "circle-dot",
    FieldKind.CHOICES: "list-check",
    FieldKind.YESNO: "toggle-right",
    FieldKind.LINK: "link",
}


class FieldForm(forms.Form):
    """`kind` decides which parts are asked. The key is asked once and never changes."""

    label = forms.CharField(label=_("Label"), max_length=80)
    key = forms.CharField(
        label=_("Key"),
        max_length=40,
        required=False,
        help_text=_("For import, export and other systems. Made from the label when empty; it never changes."),
    )
    help = forms.CharField(label=_("Help"), max_length=200, required=False, help_text=_("Stands under the field."))
    group = forms.CharField(label=_("Group"), max_length=80, required=False)
    target = forms.ChoiceField(label=_("Links to"))
    digits = forms.IntegerField(label=_("Decimal places"), min_value=0, max_value=MOST_DIGITS, initial=0)
    currency = forms.ModelChoiceField(label=_("Currency"), queryset=Currency.objects.order_by("code"))
    is_required = forms.BooleanField(label=_("Has to be filled"), required=False)
    in_lists = forms.BooleanField(
        label=_("Stands in lists from the start"),
        required=False,
        help_text=_("Everybody can add or remove the column."),
    )
    on_papers = forms.BooleanField(
        label=_("Stands on papers"),
        required=False,
        help_text=_(
            "Printed on quotes, orders and other papers when it is filled. Whoever gets the paper reads it, so it "
            "cannot be kept to some roles."
        ),
    )
    is_indexed = forms.BooleanField(
        label=_("Fast filter"),
        required=False,
        help_text=_(
            "For a field that many records have and people often filter by. Each saving takes a little longer."
        ),
    )
    see_roles = forms.MultipleChoiceField(
        label=_("Who may see it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody ticked: everybody who may see the record."),
    )
    fill_roles = forms.MultipleChoiceField(
        label=_("Who may fill it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody ticked: everybody who may see the field and change the record."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: str, field: CustomField | None = None, **kwargs: Any) -> None:
        if field is not None:
            kwargs["initial"] = _initial(field)
        super().__init__(*args, **kwargs)
        self.kind = kind
        roles = list(Role.objects.order_by("name").values_list("code", "name"))
        for name in ("see_roles", "fill_roles"):
            self.fields[name].choices = roles  # type: ignore[attr-defined]
        unused = {
            "key": field is not None,
            "version": field is None,
            "target": kind != FieldKind.LINK,
            "digits": kind != FieldKind.NUMBER,
            "currency": kind != FieldKind.MONEY,
        }
        for name, is_unused in unused.items():
            if is_unused:
                del self.fields[name]
        if "target" in self.fields:
            names = [(label, capfirst(str(model._meta.verbose_name))) for label, model in targets().items()]
            self.fields["target"].choices = sorted(names, key=lambda pair: pair[1])  # type: ignore[attr-defined]

    def parts(self) -> dict[str, Any]:
        """What the services take."""
        found = {name: value for name, value in self.cleaned_data.items() if name not in {"version", "currency"}}
        if "currency" in self.cleaned_data:
            found["currency_id"] = self.cleaned_data["currency"].pk
        return found


def _initial(field: CustomField) -> dict[str, Any]:
    names = (
        "label",
        "help",
        "group",
        "target",
        "digits",
        "currency",
        "is_required",
        "in_lists",
        "on_papers",
        "is_indexed",
    )
    return {name: getattr(field, name) for name in (*names, "see_roles", "fill_roles", "version")}


class OptionForm(forms.Form):
    """One choice. An empty row is none; a code once given stays."""

    code = forms.CharField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=_("Choice"), max_length=80, required=False)
    place = forms.IntegerField(label=_("Place"), required=False, min_value=1, max_value=999)
    retired = forms.BooleanField(label=_("Retired"), required=False)


OptionRows = forms.formset_factory(OptionForm, extra=SPARE_ROWS, max_num=500, absolute_max=500)


def option_rows(kind: str, field: CustomField | None = None, data: QueryDict | None = None) -> Any:
    """The rows of choices of a kind that has some, else None. "More rows" adds empty ones and keeps what was typed."""
    if kind not in WITH_OPTIONS:
        return None
    held = field.options if field is not None else []
    if data is None:
        return OptionRows(
            initial=[{**option, "place": place} for place, option in enumerate(held, 1)], prefix="options"
        )
    if "more" in data:
        data = data.copy()
        count = data.get("options-TOTAL_FORMS", "0")
        data["options-TOTAL_FORMS"] = str(min(int(count) if count.isdigit() else 0, 490) + SPARE_ROWS)
    return OptionRows(data, prefix="options")


def options_from(rows: Any) -> list[dict[str, Any]]:
    """The choices of valid rows, in the order of their places; rows without a place come last."""
    filled = [row for row in rows.cleaned_data if row.get("label") or row.get("code")]
    ordered = sorted(filled, key=lambda row: (row.get("place") is None, row.get("place") or 0))
    return [{"code": row["code"], "label": row["label"], "retired": row["retired"]} for row in ordered]
