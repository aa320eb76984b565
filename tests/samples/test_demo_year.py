"""A few weeks of the demo company, lived through the services: plausible, and true in every ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from core import ledgers
from core.documents.selectors import first_pictures
from core.models import EventDelivery
from crm.models import Lead
from finance.models import Invoice
from inventory.models import Item, StockMove
from production.models import Blockage, CheckNote, HelpCall, OperatorBadge, WorkOrder
from sales.models import Deal, SalesOrder
from samples.demo.year import live_through

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

UNTIL = datetime(2026, 9, 30, 12, tzinfo=UTC)


def test_some_weeks_of_the_demo(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path

    company = live_through(until=UNTIL, requests=8, days=80)

    assert Lead.objects.count() == 8 + 3 + 4  # three came through the web form, four wait in the inbox
    assert Deal.objects.count() >= 3
    assert SalesOrder.objects.filter(status="done").exists()
    assert WorkOrder.objects.filter(status__in=["done", "closed"]).count() >= 3
    assert Invoice.objects.filter(kind="invoice", status="posted").exists()
    assert WorkOrder.objects.filter(order_line=None, origin="own").count() >= 2, "parts are made for stock, too"
    assert OperatorBadge.objects.filter(code_hash__isnull=False).count() >= 2
    assert CheckNote.objects.exists()
    assert Blockage.objects.filter(lifted_at=None).count() == 1
    assert HelpCall.objects.filter(answered_at=None).count() == 1
    assert first_pictures(Item, Item.objects.values_list("pk", flat=True))
    assert StockMove.objects.filter(occurred_at__gt=UNTIL).count() == 0
    assert not EventDelivery.objects.exclude(status="done").exists()
    assert len(company.sellers) == 3
    months = set(SalesOrder.objects.filter(status="done", origin="own").values_list("done_at__month", flat=True))
    assert {8, 9} <= months, "each whole month has a margin to show, the present one too"
    assert ledgers.run_all() == []
