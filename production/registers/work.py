"""Work orders as a register: read only, because services move them on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.ui import amounts, cells, daywords, layouts, registers
from core.ui.registers import Register
from core.ui.tables import HOME, Column, Kind
from production.choices import OperationStatus
from production.filters import WorkOrderFilter
from production.models import Operation, WipEntry, WorkOrder
from production.selectors.materials import Readiness, readiness_of
from sales.models import SalesOrder

TONES = {
    "planned": "", "released": "info", "started": "brand", "done": "ok", "closed": "ok", "cancelled": "",
}  # fmt: skip
OVER = ("done", "closed", "cancelled")


def is_late(work: WorkOrder) -> bool:
    """Not done, and its end by the plan (or the day it is due) has passed."""
    if work.status in OVER:
        return False
    if work.ends_at is not None:
        return work.ends_at < timezone.now()
    return work.due_on is not None and work.due_on < timezone.localdate()


def readiness_words(ready: Readiness) -> tuple[str, str, str]:
    """How the material of a work order stands: tone, icon and words."""
    material = ready.material
    if material is None:
        return "ok", "circle-check", _("Material is here")
    if ready.kind == "missing":
        return "bad", "alert-triangle", _("%(sku)s is not ordered") % {"sku": material.sku}
    if material.expected_on is None:
        return "warn", "hourglass", _("Waits for %(sku)s") % {"sku": material.sku}
    return (
        "warn",
        "hourglass",
        _("%(sku)s comes %(day)s") % {"sku": material.sku, "day": daywords.day(material.expected_on)},
    )


def _material(ids: list[int], _user: Any) -> dict[int, Any]:
    open_ones = WorkOrder.objects.filter(pk__in=ids).exclude(status__in=OVER).values_list("pk", flat=True)
    return {
        pk: format_html('<span class="{0} lines-2" title="{1}">{1}</span>', tone, words)
        for pk, ready in readiness_of(list(open_ones)).items()
        for tone, _icon, words in [readiness_words(ready)]
    }


def _client(ids: list[int], user: Any) -> dict[int, str]:
    rows = SalesOrder.objects.visible_to(user, "sales.view_salesorder").filter(lines__work_orders__in=ids)
    return dict(rows.values_list("lines__work_orders", "client__name"))


def _center(ids: list[int], _user: Any) -> dict[int, str]:
    """Where the work order is: the centre of its first operation that is not done."""
    rows = Operation.objects.filter(work_order__in=ids).exclude(status=OperationStatus.DONE)
    first = rows.order_by("work_order_id", "sequence").distinct("work_order_id")
    return dict(first.values_list("work_order_id", "center__name"))


def _wip(ids: list[int], _user: Any) -> dict[int, Decimal]:
    rows = WipEntry.objects.filter(work_order__in=ids).order_by().values("work_order_id")
    return {row["work_order_id"]: row["total"] for row in rows.annotate(total=Sum("amount"))}


def _made(work: WorkOrder) -> str:
    words = {"made": amounts.number(work.made_qty), "qty": amounts.number(work.qty), "unit": work.item.unit}
    return _("%(made)s of %(qty)s %(unit)s") % words


def _late(work: WorkOrder) -> Any:
    return cells.tag(_("Late"), "bad") if is_late(work) else ""


layouts.declare(
    layouts.Layout(
        "workorder_board", "production.workorder", "production:workorder_board", ("show", "q", "order", "folded")
    )
)


@registers.add
class WorkOrders(Register):
    """What is made: planned, on the shop floor, done."""

    model, name, plural, icon, section = WorkOrder, "workorder", "workorders", "tools", "make"
    rows_are_steady = True
    called, called_many = gettext_lazy("work order"), gettext_lazy("work orders")
    view_action = "production.view_workorder"
    create_action = "production.make_for_stock"
    filter_class = WorkOrderFilter
    facts = ("number", "status", "item", "qty", "made_qty", "scrapped_qty", "warehouse", "planned_at", "starts_at",
             "ends_at", "due_on", "started_at", "done_at")  # fmt: skip
    search_hint = gettext_lazy("Number, item or order")
    default_sort = "-starts_at"
    columns = (
        Column("number", gettext_lazy("Number"), sort="number", on_phone=True),
        Column("item", gettext_lazy("Item"), path="item.name", sort="item__name", folds=True),
        Column("status", gettext_lazy("Status"), Kind.CHOICE, sort="status", tones=TONES, on_phone=True),
        Column("late", gettext_lazy("Late"), value=_late),
        Column("made", gettext_lazy("Made"), value=_made),
        Column("center", gettext_lazy("Now at"), batch=_center),
        Column("material", gettext_lazy("Material"), batch=_material),
        Column(
            "order",
            gettext_lazy("Order"),
            path="order_line.order.number",
            sort="order_line__order__number",
            on_tablet=False,
        ),
        Column("client", gettext_lazy("Client"), batch=_client, needs="sales.view_salesorder", shown=False),
        Column("starts_at", gettext_lazy("Start"), Kind.MOMENT, sort="starts_at"),
        Column("ends_at", gettext_lazy("End"), Kind.MOMENT, sort="ends_at", shown=False),
        Column("due_on", gettext_lazy("Due"), Kind.DATE, sort="due_on", shown=False),
        Column("done_at", gettext_lazy("Done"), Kind.MOMENT, sort="done_at", shown=False),
        Column(
            "wip",
            gettext_lazy("In work"),
            Kind.MONEY,
            batch=_wip,
            needs="production.view_wip",
            shown=False,
            currency=HOME,
        ),
        Column("warehouse", gettext_lazy("Warehouse"), path="warehouse.name", sort="warehouse__name", shown=False),
    )

    @property
    def empty_text(self) -> Any:
        return _(
            "Work orders come by themselves when an order is confirmed whose goods have to be made. "
            "For stock they are made by hand."
        )

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related("item__unit", "warehouse", "order_line__order", "organization")

    def second_line(self, record: WorkOrder) -> str:
        return f"{record.item.name}, {_made(record)}"
