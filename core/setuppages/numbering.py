"""How the numbers of documents are written, per kind and branch."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.models import Branch, NumberSequence, Organization
from core.services import numbers
from core.settingspages.kinds import Column, Setting, add

HELP = _("{n} is the number, {n:05d} the same with five digits, {year} the year, {branch} the code of the branch.")


class SeriesForm(forms.Form):
    organization = forms.ModelChoiceField(label=_("Legal entity"), queryset=Organization.objects.order_by("name"))
    branch = forms.ModelChoiceField(
        label=_("Branch"),
        queryset=Branch.objects.order_by("name"),
        required=False,
        help_text=_("Without one the series is that of the whole legal entity."),
    )
    kind = forms.ChoiceField(label=_("Document"), choices=lambda: list(numbers.LABELS.items()))
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    pattern = forms.CharField(label=_("Pattern"), max_length=60, help_text=HELP)
    next_number = forms.IntegerField(
        label=_("Next number"), min_value=1, help_text=_("It can go up, so that numbers of another system are free.")
    )

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if record is None:
            del self.fields["next_number"]
            return
        for name in ("organization", "branch", "kind", "year"):
            self.fields[name].disabled = True
        if record.gap_free:
            self.fields["next_number"].disabled = True
            self.fields["next_number"].help_text = _("This series has no gaps, so nobody sets its next number.")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        branch, organization = values.get("branch"), values.get("organization")
        if branch and organization and branch.organization_id != organization.pk:
            self.add_error("branch", _("This branch belongs to another legal entity."))
        return values


def kind_of(one: NumberSequence) -> str:
    return str(numbers.LABELS.get(one.kind, one.kind))


def preview(one: NumberSequence) -> str:
    return numbers.written(one, one.due)


@add
class NumberSeries(Setting):
    app, name, path, model = "core", "series", "numbering", NumberSequence
    group, action, order = "company", "core.manage_organization", 40
    label, one, icon = _("Numbering"), _("Number series"), "number"
    help = _("How documents are numbered: a pattern per kind, and per branch where one has its own.")
    add_label = _("Start a series")
    form_class = SeriesForm
    note = _(
        "A kind without a line here gets its series with the first document of a year. Series of invoices and credit "
        "notes have no gaps and cannot be set back."
    )
    columns = (
        Column(_("Document"), kind_of),
        Column(_("Legal entity"), lambda one: one.organization, folds=True),
        Column(_("Branch"), lambda one: one.branch or "", folds=True),
        Column(_("Year"), lambda one: str(one.year)),
        Column(_("Next number"), preview),
        Column(_("Without gaps"), lambda one: one.gap_free, folds=True),
    )
    parts = ("settings/_next_number.html",)

    def rows(self) -> Any:
        series = NumberSequence.objects.filter(year__gte=timezone.localdate().year)
        return series.select_related("organization", "branch").order_by("kind", "branch", "year")

    def read(self, records: Any) -> None:
        """Put what each series gives next at its row, in one statement."""
        due = numbers.next_numbers(records)
        for one in records:
            one.due = due[one.pk]

    def form_options(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        return {"record": record}

    def initial(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        if record is None:
            return {"year": timezone.localdate().year, "pattern": "INV-{branch}-{year}-{n:05d}"}
        return {**super().initial(record, request), "next_number": numbers.next_numbers([record])[record.pk]}

    def create(self, values: dict[str, Any], by: Actor) -> NumberSequence:
        branch = values["branch"]
        return numbers.start_series(
            organization_id=values["organization"].pk,
            branch_id=branch.pk if branch else None,
            kind=values["kind"],
            year=values["year"],
            pattern=values["pattern"],
            by=by,
        )

    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> NumberSequence:
        return numbers.change_series(
            series_id=record.pk, pattern=values["pattern"], next_number=values["next_number"], seen=seen, by=by
        )

    def seen(self, record: Any) -> str:
        return numbers.seen_of(record)

    def beside(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        due = numbers.next_numbers([record])[record.pk]
        return {"next_written": [numbers.written(record, due + more) for more in range(3)]}
