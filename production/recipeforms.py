"""The editor of a recipe: head, components and operations as rows that grow; what is wrong stands at its field."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.ui import registers
from core.ui.fields import AmountField, DayField, RecordField
from inventory.models import Item
from production import checkwords
from production.models import BOM, WorkCenter
from production.services.recipes import CheckDraft, PartDraft, StepDraft

SPARE = 2


class HeadForm(forms.Form):
    """Of which item, for how many, and when. `until` is the last day."""

    batch_qty = AmountField(
        label=gettext_lazy("For a batch of"), min_value=Decimal("0.0001"), max_digits=18, decimal_places=4
    )
    since = DayField(label=gettext_lazy("Valid from"), required=False, help_text=gettext_lazy("Empty: from ever."))
    until = DayField(label=gettext_lazy("Valid until"), required=False, help_text=gettext_lazy("Empty: without end."))

    def __init__(self, *args: Any, user: Any, item: Item | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if item is None:
            field = RecordField(registers.by_key("inventory.item"), user, label=_("Item"))
            self.fields = {"item": field, **self.fields}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("The last day lies before the first."))
        return data

    @property
    def period(self) -> dict[str, date | None]:
        """The period as services take it: the second day is the one after the last."""
        until = self.cleaned_data.get("until")
        return {
            "valid_from": self.cleaned_data.get("since"),
            "valid_to": until + timedelta(days=1) if until else None,
        }


class LineForm(forms.Form):
    qty = AmountField(label=gettext_lazy("Quantity"), min_value=Decimal("0.0001"), max_digits=18, decimal_places=4)
    scrap_pct = AmountField(label=gettext_lazy("Scrap, %"), min_value=0, max_digits=7, decimal_places=4, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = RecordField(registers.by_key("inventory.item"), user, label=_("Component"))
        field.widget.creates = False
        self.fields = {"item": field, **self.fields}


class StepForm(forms.Form):
    center = forms.ModelChoiceField(label=gettext_lazy("Work centre"), queryset=WorkCenter.objects.none())
    name = forms.CharField(label=gettext_lazy("Operation"), max_length=80, required=False)
    setup_minutes = AmountField(
        label=gettext_lazy("Set-up, minutes"), min_value=0, max_digits=10, decimal_places=2, required=False
    )
    run_minutes = AmountField(label=gettext_lazy("Run, minutes"), min_value=0, max_digits=12, decimal_places=4)
    checks = forms.CharField(
        label=gettext_lazy("Checks before it is finished"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def clean_checks(self) -> tuple[CheckDraft, ...]:
        return checkwords.read(self.cleaned_data["checks"])

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["center"].queryset = WorkCenter.objects.visible_to(user).filter(is_active=True).order_by("name")  # type: ignore[attr-defined]


LineForms = formset_factory(LineForm, extra=SPARE, can_delete=True, max_num=200)
StepForms = formset_factory(StepForm, extra=SPARE, can_delete=True, max_num=60)


class RecipeForms:
    """Head, components and operations together."""

    def __init__(
        self, data: Any, *, user: Any, item: Item | None, source: BOM | None = None, since: Any = None
    ) -> None:
        kwargs = {"user": user}
        self.head = HeadForm(data, user=user, item=item, initial=_head_of(source, since))
        self.lines = LineForms(data, prefix="lines", form_kwargs=kwargs, initial=_lines_of(source))
        self.steps = StepForms(data, prefix="steps", form_kwargs=kwargs, initial=_steps_of(source))

    def is_valid(self) -> bool:
        return all([self.head.is_valid(), self.lines.is_valid(), self.steps.is_valid()])

    @property
    def parts(self) -> list[PartDraft]:
        return [PartDraft(row["item"].pk, row["qty"], row.get("scrap_pct") or Decimal(0)) for row in _kept(self.lines)]

    @property
    def operations(self) -> list[StepDraft]:
        return [
            StepDraft(
                row["center"].pk, row["run_minutes"], row.get("setup_minutes") or Decimal(0), row["name"], row["checks"]
            )
            for row in _kept(self.steps)
        ]

    def blame(self, item_id: int | None, why: str) -> None:
        """Put a refusal at the row of a component, else over the whole."""
        for form in self.lines.forms:
            chosen = form.cleaned_data.get("item") if hasattr(form, "cleaned_data") else None
            if chosen is not None and chosen.pk == item_id:
                form.add_error("item", why)
                return
        self.head.add_error(None, why)


def _kept(forms_of: Any) -> list[dict[str, Any]]:
    return [
        form.cleaned_data
        for form in forms_of.forms
        if form.has_changed() or form.initial
        if form.cleaned_data and not form.cleaned_data.get("DELETE")
    ]


def _head_of(bom: BOM | None, since: Any) -> dict[str, Any]:
    if bom is None:
        return {"batch_qty": Decimal(1)}
    until = bom.valid.upper - timedelta(days=1) if bom.valid.upper else None
    first = since or bom.valid.lower
    return {"batch_qty": bom.batch_qty.normalize(), "since": first, "until": None if since else until}


def _lines_of(bom: BOM | None) -> list[dict[str, Any]]:
    if bom is None:
        return []
    rows = bom.lines.order_by("position")
    return [
        {"item": row.item_id, "qty": _plain(row.qty), "scrap_pct": _plain(row.scrap_pct)} for row in rows
    ]  # fmt: skip


def _steps_of(bom: BOM | None) -> list[dict[str, Any]]:
    if bom is None:
        return []
    return [
        {
            "center": row.center_id,
            "name": row.name,
            "setup_minutes": _plain(row.setup_minutes),
            "run_minutes": _plain(row.run_minutes),
            "checks": checkwords.written(StepDraft.like(row).checks),
        }
        for row in bom.operations.order_by("sequence")
    ]


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")
