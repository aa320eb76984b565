"""Settings of leads: sources, and who gets new ones; web forms have pages of their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.models import User
from core.settingspages import hub
from core.settingspages.kinds import Column, Setting, Verb, add
from crm.choices import SourceChannel
from crm.models import LeadRoute, Source
from crm.services import sources


class SourceForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("For web forms and imports. It never changes."))
    channel = forms.ChoiceField(label=_("Channel"), choices=SourceChannel.choices)
    utm_pattern = forms.CharField(
        label=_("UTM campaign"),
        max_length=120,
        required=False,
        help_text=_("A lead that comes with this campaign in its address gets this source."),
    )
    parent = forms.ModelChoiceField(label=_("Inside"), queryset=Source.objects.order_by("name"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if record is None:
            del self.fields["is_active"]
            return
        self.fields["code"].disabled = True
        self.fields["parent"].queryset = Source.objects.exclude(pk=record.pk).order_by("name")  # type: ignore[attr-defined]


class Kept(Setting):
    app, group = "crm", "sell"

    def form_options(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        return {"record": record}


def _key(record: Any) -> int | None:
    return record.pk if record is not None else None


@add
class Sources(Kept):
    name, path, model = "source", "sources", Source
    action, order = "crm.manage_sources", 40
    label, one, icon = _("Sources"), _("Source of leads"), "target-arrow"
    help = _("Where interest comes from, so that campaigns and channels can be compared.")
    add_label = _("Add a source")
    form_class = SourceForm
    columns = (
        Column(_("Name"), lambda one: one.name),
        Column(_("Channel"), lambda one: one.get_channel_display()),
        Column(_("Inside"), lambda one: one.parent or "", folds=True),
        Column(_("UTM campaign"), lambda one: one.utm_pattern, folds=True),
    )

    def rows(self) -> Any:
        return Source.objects.select_related("parent").order_by("name")

    def create(self, values: dict[str, Any], by: Actor) -> Source:
        values["parent_id"] = _key(values.pop("parent"))
        return sources.create_source(by=by, **values)

    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> Source:
        changes = {name: values[name] for name in ("name", "channel", "utm_pattern", "is_active")}
        changes["parent_id"] = _key(values["parent"])
        return sources.change_source(source_id=record.pk, changes=changes, seen=seen, by=by)


class RouteForm(forms.Form):
    source = forms.ModelChoiceField(
        label=_("Leads from"),
        queryset=Source.objects.filter(is_active=True).order_by("name"),
        required=False,
        empty_label=_("any source"),
        help_text=_("A source stands for those inside it as well."),
    )
    owner = forms.ModelChoiceField(
        label=_("Go to"), queryset=User.objects.filter(is_active=True).order_by("first_name", "last_name")
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if record is None:
            del self.fields["is_active"]


@add
class LeadRoutes(Kept):
    name, path, model = "route", "lead-routes", LeadRoute
    action, order = "crm.manage_routes", 30
    label, one, icon = _("Lead routes"), _("Lead route"), "route"
    help = _("Who gets new leads: the first route that fits, from top to bottom.")
    add_label = _("Add a route")
    form_class = RouteForm
    note = _("A lead that no route takes waits in the inbox of those who see all leads.")
    columns = (
        Column(_("Leads from"), lambda one: one.source or str(_("any source"))),
        Column(_("Go to"), lambda one: one.owner),
    )
    verbs = (
        Verb(
            "up", _("Ask earlier"), "arrow-up", lambda one, by: sources.move_route(route_id=one.pk, up=True, by=by),
            done=_("Moved."), in_list=True,
        ),
        Verb(
            "down", _("Ask later"), "arrow-down", lambda one, by: sources.move_route(route_id=one.pk, up=False, by=by),
            done=_("Moved."), in_list=True,
        ),
        Verb(
            "remove", _("Remove"), "trash", lambda one, by: sources.remove_route(route_id=one.pk, by=by),
            done=_("The route is gone."), asks=_("Remove this route?"),
        ),
    )  # fmt: skip

    def rows(self) -> Any:
        return LeadRoute.objects.select_related("source", "owner").order_by("position")

    def is_off(self, record: Any) -> bool:
        return not record.is_active

    def create(self, values: dict[str, Any], by: Actor) -> LeadRoute:
        return sources.create_route(source_id=_key(values["source"]), owner_id=values["owner"].pk, by=by)

    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> LeadRoute:
        return sources.change_route(
            route_id=record.pk,
            source_id=_key(values["source"]),
            owner_id=values["owner"].pk,
            is_active=values["is_active"],
            seen=seen,
            by=by,
        )


hub.add(
    hub.Entry(
        _("Web forms"),
        _("Public forms that bring leads in, and what they ask."),
        "world-www",
        "crm:webform_list",
        "sell",
        "crm.manage_sources",
        50,
    )
)
