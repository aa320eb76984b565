"""Settings: one record of each kind belongs to nobody."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from core.actors import SYSTEM
from core.models import ExchangeRate, Holiday, NumberSequence, TaxRate
from crm.models import LeadRoute, Source
from inventory.models import ItemCategory, Location, Unit
from inventory.services.places import create_warehouse
from production.models import ScrapReason
from sales.models import Stage, StageDuty
from tests.authz.objects import BUILDERS, OWNERLESS, Target, Targets, by, targets
from tests.factories import core as make
from tests.factories import sales


def _rate() -> TaxRate:
    return make.make_tax(7, code=f"t{uuid4().hex[:8]}", since=date(2090, 1, 1)).rates.get()


def _holiday() -> Holiday:
    return Holiday.objects.create(calendar=make.make_calendar(), on=date(2030, 1, 1), name="New year")


def _series(world: Any) -> NumberSequence:
    return NumberSequence.objects.create(
        organization=world.branch.organization, kind=uuid4().hex, year=2099, pattern="X-{n}", gap_free=True
    )


def _place(world: Any) -> Location:
    code = f"w{uuid4().hex[:8]}"
    warehouse = create_warehouse(branch_id=world.branch.pk, code=code, name=code, by=SYSTEM)
    return Location.objects.create(warehouse=warehouse, code="B-1", name="Shelf")


def _stage() -> Stage:
    pipeline = sales.make_pipeline(code=f"p{uuid4().hex[:8]}")
    return pipeline.stages.order_by("position").first()


MADE = {
    "core.organization": lambda world: make.make_organization(),
    "core.branch": lambda world: make.make_branch(),
    "core.calendar": lambda world: make.make_calendar(),
    "core.series": _series,
    "core.tax": lambda world: _rate().tax,
    "core.tax_rate": lambda world: _rate(),
    "core.currency": lambda world: make.make_currency("SEK"),
    "core.exchange_rate": lambda world: ExchangeRate.objects.create(
        base=make.make_currency("SEK"), quote=make.make_currency("NOK"), on=date(2026, 1, 1), rate=1
    ),
    "core.holiday": lambda world: _holiday(),
    "crm.source": lambda world: Source.objects.create(code=uuid4().hex, name="Fair"),
    "crm.route": lambda world: LeadRoute.objects.create(position=900, owner=make.make_user("seller")),
    "sales.stage": lambda world: _stage(),
    "sales.pipeline": lambda world: _stage().pipeline,
    "sales.duty": lambda world: StageDuty.objects.create(stage=_stage(), title="Call"),
    "inventory.unit": lambda world: Unit.objects.create(code=uuid4().hex[:10], name="Unit"),
    "inventory.category": lambda world: ItemCategory.objects.create(name=uuid4().hex),
    "inventory.warehouse": lambda world: _place(world).warehouse,
    "inventory.place": _place,
    "production.scrap_reason": lambda world: ScrapReason.objects.create(name=uuid4().hex),
}
for key, make_one in MADE.items():
    BUILDERS[key] = lambda world, owner, make_one=make_one: make_one(world)
    OWNERLESS.add(key)

for key in MADE:
    app, _dot, name = key.partition(".")
    targets(f"{app}:settings_{name}")(by(key))

targets("core:settings_look", "core:settings_logo", "core:settings_preview")(by("core.organization"))
targets("core:settings_tax_rate_new")(by("core.tax"))
targets("core:settings_tax_rate_withdraw")(by("core.tax_rate"))
targets("core:settings_holiday_new", "core:settings_holidays_import")(by("core.calendar"))
targets("core:settings_holiday_remove")(by("core.holiday"))
targets("crm:settings_route_do")(by("crm.route", verb="up"))
targets("sales:settings_stage_do")(by("sales.stage", verb="up"))
targets("sales:settings_duty_new")(by("sales.stage"))
targets("sales:settings_duty_remove")(by("sales.duty"))
targets("inventory:settings_unit_do")(by("inventory.unit", verb="delete"))
targets("inventory:settings_category_do")(by("inventory.category", verb="delete"))
targets("inventory:settings_place_do")(by("inventory.place", verb="default"))
targets("production:settings_scrap_reason_do")(by("production.scrap_reason", verb="delete"))


@targets("core:setup_skip", "core:setup_resume")
def steps(world: Any, role: str) -> Targets:
    return {"any": Target({"code": "branch"})}


@targets("core:brand")
def colours(world: Any, role: str) -> Targets:
    return {"any": Target({"colour": "0e6073"})}


@targets("core:first_administrator")
def links(world: Any, role: str) -> Targets:
    return {"unknown": Target({"token": "unknown"})}
