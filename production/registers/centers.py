"""Work centres as a register."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.ui import registers
from core.ui.registers import Register
from core.ui.tables import HOME, Column, Kind
from production.filters import CenterFilter
from production.forms import CenterForm
from production.models import WorkCenter
from production.selectors.load import load_by_center
from production.selectors.open_work import open_operations
from production.services.centers import change_work_center, create_work_center


def _load(ids: list[int], _user: Any) -> dict[int, Decimal]:
    """How full each centre is in the five days ahead, in percent of the time that is not blocked."""
    today = timezone.localdate()
    planned: dict[int, Decimal] = {}
    free: dict[int, Decimal] = {}
    for load in load_by_center(today, today + timedelta(days=6), ids):
        planned[load.center_id] = planned.get(load.center_id, Decimal(0)) + load.planned_minutes
        free[load.center_id] = free.get(load.center_id, Decimal(0)) + load.open_minutes - load.blocked_minutes
    return {pk: (100 * planned[pk] / free[pk]).quantize(Decimal(1)) for pk in planned if free[pk]}


def _open(ids: list[int], _user: Any) -> dict[int, int]:
    rows = open_operations(timezone.now()).filter(center__in=ids).order_by()
    return {**dict.fromkeys(ids, 0), **dict(rows.values_list("center_id").annotate(Count("pk")))}


@registers.add
class Centers(Register):
    """Machines and people that work is planned for."""

    model, name, plural, icon, section = WorkCenter, "center", "centers", "building-factory-2", "make"
    called, called_many = _("work centre"), _("work centres")
    view_action = "production.view_workcenter"
    create_action = change_action = "production.edit_workcenter"
    form_class, filter_class = CenterForm, CenterFilter
    guarded = {"rate_per_hour": "production.view_wip"}
    single_fields = frozenset({"code", "name"})
    facts = ("code", "name", "branch", "calendar", "capacity", "rate_per_hour", "is_active")
    search_hint = _("Code or name")
    default_sort = "code"
    columns = (
        Column("name", _("Name"), sort="name", folds=True, on_phone=True),
        Column("code", _("Code"), sort="code"),
        Column("calendar", _("Calendar"), path="calendar.name", sort="calendar__name"),
        Column("capacity", _("Jobs at once"), Kind.NUMBER, sort="capacity"),
        Column("rate_per_hour", _("Rate per hour"), Kind.MONEY, sort="rate_per_hour", currency=HOME),
        Column("open", _("Open operations"), Kind.NUMBER, batch=_open),
        Column("load", _("Load, 7 days"), Kind.PERCENT, batch=_load, on_phone=True),
        Column("branch", _("Branch"), path="branch.name", sort="branch__name", shown=False),
        Column("is_active", _("Active"), Kind.YESNO, sort="is_active"),
    )

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related("calendar", "branch")

    def create_record(self, values: dict[str, Any], by: Actor) -> WorkCenter:
        values.pop("is_active", None)
        return create_work_center(by=by, **values)

    def change_record(self, record: WorkCenter, changes: dict[str, Any], version: int | None, by: Actor) -> WorkCenter:
        return change_work_center(center_id=record.pk, changes=changes, version=version, at=timezone.now(), by=by)

    def second_line(self, record: WorkCenter) -> str:
        return record.code
