"""Settings of the shop: scrap reasons; work centres have pages of their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.settingspages import hub
from core.settingspages.kinds import Column, Setting, Verb, add
from production.models import ScrapReason
from production.services import scrap


class ReasonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)


@add
class ScrapReasons(Setting):
    app, name, path, model = "production", "scrap_reason", "scrap-reasons", ScrapReason
    group, action, order = "make", "production.edit_workcenter", 20
    label, one, icon = _("Scrap reasons"), _("Scrap reason"), "recycle"
    help = _("What the shop floor may name when goods have to be thrown away.")
    add_label = _("Add a reason")
    form_class = ReasonForm
    columns = (Column(_("Name"), lambda one: one.name),)
    verbs = (
        Verb(
            "delete",
            _("Delete"),
            "trash",
            lambda one, by: scrap.delete_reason(reason_id=one.pk, by=by),
            done=_("The reason is gone."),
            asks=_("Delete this reason for good?"),
        ),
    )

    def rows(self) -> Any:
        return ScrapReason.objects.order_by("name")

    def create(self, values: dict[str, Any], by: Actor) -> ScrapReason:
        return scrap.create_reason(name=values["name"], by=by)

    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> ScrapReason:
        return scrap.rename_reason(reason_id=record.pk, name=values["name"], seen=seen, by=by)


hub.add(
    hub.Entry(
        _("Work centres"),
        _("Machines and benches: hours, rates, capacity."),
        "tools",
        "production:center_list",
        "make",
        "production.edit_workcenter",
        10,
    )
)
