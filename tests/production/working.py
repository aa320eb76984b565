"""One work order with all its material in stock, and what is done with it: issue, time, output."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.actors import SYSTEM
from production.models import Operation, WipEntry, WorkOrder
from production.services.work import issue_materials, report_output, report_time
from tests.factories.production import Plant, make_work_order

START = datetime(2026, 3, 19, 16, 10, tzinfo=UTC)


class StockedPlant:
    """For classes whose tests want a plant and one work order with its material; the plant is made once for each."""

    @pytest.fixture
    def plant(self, plant_of_class: Plant, db: None) -> Plant:
        return deepcopy(plant_of_class)

    @pytest.fixture
    def work(self, plant: Plant) -> WorkOrder:
        """One partition: all its material lies in stock."""
        return make_work_order(1, plant=plant)


def issue(work: WorkOrder, key: str = "issue", **given: Any) -> list[WipEntry]:
    given.setdefault("by", SYSTEM)
    return issue_materials(work_order_id=work.pk, at=START, key=key, **given)


def operation(work: WorkOrder, center: str) -> Operation:
    return Operation.objects.get(work_order=work, center__code=center)


def spend(work: WorkOrder, center: str, minutes: int, key: str = "time", **given: Any) -> Operation:
    given.setdefault("by", SYSTEM)
    given.setdefault("at", START)
    return report_time(operation_id=operation(work, center).pk, minutes=Decimal(minutes), key=key, **given)


def put_out(work: WorkOrder, qty: Any, key: str = "out", **given: Any) -> WorkOrder:
    given.setdefault("by", SYSTEM)
    return report_output(work_order_id=work.pk, qty=Decimal(qty), at=START, key=key, **given)
