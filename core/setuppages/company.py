"""Own legal entities and their branches."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.access.forms import zones
from core.actors import Actor
from core.models import Branch, Currency, Organization, WorkCalendar
from core.services import organisation
from core.settingspages.kinds import Column, Setting, add


class EntityForm(forms.Form):
    """What both have: a name, an address, working time."""

    name = forms.CharField(label=_("Name"), max_length=200)
    address = forms.CharField(label=_("Address"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    calendar = forms.ModelChoiceField(label=_("Calendar"), queryset=WorkCalendar.objects.order_by("name"))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if record is None:
            del self.fields["is_active"]
        for name in ("code", "currency", "organization"):
            if record is not None and name in self.fields:
                self.fields[name].disabled = True


class OrganizationForm(EntityForm):
    code = forms.SlugField(label=_("Code"), max_length=20, help_text=_("A short word, such as main. It never changes."))
    tax_id = forms.CharField(
        label=_("Tax number"), max_length=40, required=False, help_text=_("It stands on every paper.")
    )
    currency = forms.ModelChoiceField(
        label=_("Currency"),
        queryset=Currency.objects.order_by("code"),
        help_text=_("Its books are kept in it, so it never changes."),
    )
    field_order = ("name", "code", "tax_id", "address", "currency", "calendar", "time_zone", "is_active")


class BranchForm(EntityForm):
    organization = forms.ModelChoiceField(label=_("Legal entity"), queryset=Organization.objects.order_by("name"))
    code = forms.SlugField(
        label=_("Code"), max_length=20, help_text=_("It may stand in numbers of the branch. It never changes.")
    )
    field_order = ("organization", "name", "code", "address", "calendar", "time_zone", "is_active")


class Keeping(Setting):
    app, group, action = "core", "company", "core.manage_organization"

    def form_options(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        return {"record": record}


@add
class Organizations(Keeping):
    name, path, model = "organization", "organisations", Organization
    label, one, icon, order = _("Legal entities"), _("Own legal entity"), "building", 10
    help = _("Who issues the documents: name, tax number, address, currency.")
    add_label = _("Add a legal entity")
    form_class = OrganizationForm
    note = _("Documents that were posted keep the name and address they were posted with.")
    columns = (
        Column(_("Name"), lambda one: one.name),
        Column(_("Tax number"), lambda one: one.tax_id, folds=True),
        Column(_("Currency"), lambda one: one.currency_id),
        Column(_("Time zone"), lambda one: one.time_zone, folds=True),
    )

    def rows(self) -> Any:
        return Organization.objects.order_by("name")

    def create(self, values: dict[str, Any], by: Actor) -> Organization:
        values |= {"currency": values["currency"].pk, "calendar_id": values.pop("calendar").pk}
        return organisation.create_organization(by=by, **values)

    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> Organization:
        changes = {name: values[name] for name in ("name", "tax_id", "address", "time_zone", "is_active")}
        changes["calendar_id"] = values["calendar"].pk
        return organisation.change_organization(organization_id=record.pk, changes=changes, seen=seen, by=by)


@add
class Branches(Keeping):
    name, path, model = "branch", "branches", Branch
    label, one, icon, order = _("Branches"), _("Branch"), "building-store", 20
    help = _("Where people work: address, time zone, calendar. Warehouses name the branch they belong to.")
    add_label = _("Add a branch")
    form_class = BranchForm
    columns = (
        Column(_("Name"), lambda one: one.name),
        Column(_("Code"), lambda one: one.code, folds=True),
        Column(_("Legal entity"), lambda one: one.organization),
        Column(_("Calendar"), lambda one: one.calendar, folds=True),
        Column(_("Time zone"), lambda one: one.time_zone, folds=True),
    )

    def rows(self) -> Any:
        return Branch.objects.select_related("organization", "calendar").order_by("organization__name", "name")

    def create(self, values: dict[str, Any], by: Actor) -> Branch:
        values |= {"organization_id": values.pop("organization").pk, "calendar_id": values.pop("calendar").pk}
        return organisation.create_branch(by=by, **values)

    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> Branch:
        changes = {name: values[name] for name in ("name", "address", "time_zone", "is_active")}
        changes["calendar_id"] = values["calendar"].pk
        return organisation.change_branch(branch_id=record.pk, changes=changes, seen=seen, by=by)
