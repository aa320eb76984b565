"""The card of a work order and what is done with it: release, issue, report, close, cancel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.ui import amounts, cells, daywords
from core.ui.lists import ListScreen
from core.ui.panels import Act, Stat
from core.ui.records import RecordScreen
from core.ui.shell import address
from core.ui.tables import Column
from production.forms import IssueForm, OutputForm, ReasonForm, TimeForm
from production.models import Blockage
from production.registers.work import TONES, is_late
from production.relations import costs_of
from production.selectors.materials import materials_of
from production.services import work
from production.services.work.state import NOT_BEGUN, OPEN
from production.views.asking import Ask, Press

FACTS: dict[str, Any] = {"register": "production.workorder"}
# What is likely done first with a work order in that state.
NEXT = {"released": "issue", "started": "output"}


class WorkOrderList(ListScreen):
    template_name = "production/workorder_list.html"

    def cell(self, column: Column, record: Any, value: Any) -> str:
        if column.name in ("order", "made") and value:
            return format_html('<span class="nw">{}</span>', value)
        if column.name == "item":
            return format_html('<span class="lines-2" title="{0}">{0}</span>', value)
        return super().cell(column, record, value)


class WorkOrderCard(RecordScreen):
    template_name = "production/card.html"

    def badges(self) -> Iterator[SafeString]:
        yield cells.tag(self.record.get_status_display(), TONES[self.record.status])
        if Blockage.objects.filter(operation__work_order=self.record, lifted_at=None).exists():
            yield cells.tag(_("Blocked"), "bad")
        if is_late(self.record):
            yield cells.tag(_("Late"), "bad")

    def subtitle(self) -> Iterator[SafeString | str]:
        one = self.record
        yield one.item.name
        if one.order_line:
            order = one.order_line.order
            url = address("sales:order_card", order.pk) if policy.allows(self.user, "sales.view_salesorder") else ""
            yield format_html('<a href="{}">{}</a>', url, order.number) if url else order.number
        else:
            yield _("for stock")
        if one.due_on:
            yield _("Due %(day)s") % {"day": daywords.day(one.due_on)}

    def stats(self) -> list[Stat]:
        one = self.record
        made = Stat(_("Made"), amounts.number(one.made_qty), _("of %(qty)s %(unit)s") % {
            "qty": amounts.number(one.qty), "unit": one.item.unit,
        })  # fmt: skip
        ends = Stat(_("Planned end"), daywords.moment(one.ends_at) if one.ends_at else _("not planned"))
        known = [made, ends]
        if policy.allows(self.user, "production.view_wip"):
            cost, currency = costs_of(one.pk), one.organization.currency_id
            known += [
                Stat(_("Material"), amounts.exact_money(cost.material, currency)),
                Stat(_("Time"), amounts.exact_money(cost.time, currency)),
                Stat(
                    _("In work"),
                    amounts.exact_money(cost.wip, currency),
                    tone="warn" if cost.wip and one.status == "done" else "",
                ),
            ]
        return known

    def acts(self) -> list[Act]:
        one, user = self.record, self.user
        offered = [
            ("production.release_work_order", NOT_BEGUN, "cancel", _("Cancel"), "x"),
            ("production.issue_materials", OPEN, "issue", _("Issue material"), "packages"),
            ("production.report_time", OPEN, "time", _("Report time"), "clock"),
            ("production.report_output", OPEN, "output", _("Report output"), "checks"),
        ]
        first = NEXT.get(one.status)
        made = [
            Act(label, icon, reverse(f"production:workorder_{name}", args=[one.pk]), primary=name == first)
            for action, states, name, label, icon in offered
            if one.status in states and policy.allows(user, action, one)
        ]
        if not one.order_line_id and one.status in OPEN and policy.allows(user, "production.make_for_stock", one):
            url = reverse("production:workorder_plan", args=[one.pk])
            made.append(Act(_("Plan anew"), "refresh", url, post=True))
        if one.status == "planned" and policy.allows(user, "production.release_work_order", one):
            url = reverse("production:workorder_release", args=[one.pk])
            made.append(Act(_("Release"), "player-play", url, primary=True, post=True))
        if one.status in ("started", "done") and policy.allows(user, "production.close_work_order", one):
            url = reverse("production:workorder_close", args=[one.pk])
            made.append(Act(_("Close"), "lock", url, primary=one.status == "done"))
        return made


class AskWork(Ask):
    """A question about a work order the user may see."""

    @property
    def at(self) -> datetime:
        return timezone.now()


class ReleaseWork(Press):
    action = "production.release_work_order"

    def press(self) -> None:
        work.release_work_order(work_order_id=self.record.pk, at=timezone.now(), by=self.request.user)  # type: ignore[arg-type]

    def said(self) -> str:
        return _("%(number)s is on the shop floor.") % {"number": self.record}


class CancelWork(AskWork):
    action, sees = "production.release_work_order", ("status",)
    heading, verb, danger = gettext_lazy("Cancel the work order"), gettext_lazy("Cancel the work order"), True
    text = gettext_lazy("Its material, its goods to come and its time are free again. Who waited for them is short.")

    def form(self, data: Any = None) -> forms.Form:
        return ReasonForm(data)

    def keep(self, data: dict[str, Any], key: str) -> None:
        work.cancel_work_order(work_order_id=self.record.pk, at=self.at, by=self.request.user, reason=data["reason"])  # type: ignore[arg-type]


class CloseWork(AskWork):
    action, sees = "production.close_work_order", ("status", "made_qty", "materials.issued_qty")
    heading, verb = gettext_lazy("Close the work order?"), gettext_lazy("Close the work order")
    text = gettext_lazy(
        "What is left in work goes to the goods it made. Open material and time are given up. This cannot be undone."
    )

    def form(self, data: Any = None) -> forms.Form:
        return forms.Form(data)

    def keep(self, data: dict[str, Any], key: str) -> None:
        work.close_work_order(work_order_id=self.record.pk, at=self.at, by=self.request.user)  # type: ignore[arg-type]


class IssueMaterial(AskWork):
    action, sees = "production.issue_materials", ("status", "materials.issued_qty")
    heading, verb = gettext_lazy("Issue material"), gettext_lazy("Issue material")
    text = gettext_lazy("What was really taken, more or less than planned. What is set aside goes first.")

    def form(self, data: Any = None) -> IssueForm:
        return IssueForm(data, materials=materials_of([self.record.pk]).get(self.record.pk, []))

    def keep(self, data: dict[str, Any], key: str) -> None:
        work.issue_materials(
            work_order_id=self.record.pk,
            qtys=self.asked.qtys(),
            at=self.at,
            by=self.request.user,  # type: ignore[arg-type]
            key=key,
        )


class ReportTime(AskWork):
    action, sees = "production.report_time", ("status", "operations.actual_minutes")
    heading, verb = gettext_lazy("Report time"), gettext_lazy("Report time")

    @cached_property
    def operations(self) -> list[Any]:
        return list(self.record.operations.select_related("center").order_by("sequence"))

    def form(self, data: Any = None) -> forms.Form:
        first = next((row.pk for row in self.operations if row.status != "done"), None)
        return TimeForm(
            data, operations=self.operations, initial={"operation": self.request.GET.get("operation", first)}
        )

    def keep(self, data: dict[str, Any], key: str) -> None:
        work.report_time(
            operation_id=int(data["operation"]),
            minutes=data["minutes"],
            finished=data["finished"],
            at=self.at,
            by=self.request.user,  # type: ignore[arg-type]
            key=key,
        )


class ReportOutput(AskWork):
    action, sees = "production.report_output", ("status", "made_qty", "scrapped_qty")
    heading, verb = gettext_lazy("Report output"), gettext_lazy("Report output")
    text = gettext_lazy("Good pieces go into stock at what they cost; scrap is borne by the good ones.")

    def form(self, data: Any = None) -> forms.Form:
        one = self.record
        return OutputForm(data, initial={"qty": (one.qty - one.made_qty - one.scrapped_qty).normalize()})

    def keep(self, data: dict[str, Any], key: str) -> None:
        work.report_output(
            work_order_id=self.record.pk,
            qty=data["qty"],
            scrap_qty=data["scrap_qty"] or Decimal(0),
            at=self.at,
            by=self.request.user,  # type: ignore[arg-type]
            key=key,
        )
