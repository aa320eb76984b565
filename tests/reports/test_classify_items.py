"""Stored classifications: their rows, their parameters, who may make them."""

from datetime import date
from decimal import Decimal

import pytest

from core.actors import SYSTEM
from core.errors import NotAllowed
from reports.errors import NothingToClassify
from reports.models import Classification, ClassificationRow
from reports.services.classify import classify_items_abc, classify_items_xyz
from sales.services.confirming import confirm_order
from tests.factories.core import make_user
from tests.factories.inventory import stock_up
from tests.factories.sales import make_order, make_sold_item
from tests.reports.conftest import FIRST, LAST, on


@pytest.fixture
def second(month):
    """Another item of which one unit at 70.00 was sold."""
    item = make_sold_item("70.00")
    warehouse = month.order.warehouse
    stock_up(item, warehouse, 5, value="50.00", at=on(1))
    order = make_order([(item, 1)], warehouse=warehouse, at=on(25))
    confirm_order(order_id=order.pk, at=on(25), by=SYSTEM)
    return item


def test_stores_abc_with_its_parameters(month, second):
    kept = classify_items_abc(first=FIRST, last=LAST, at=on(31), by=SYSTEM, including=False)
    rows = list(kept.rows.order_by("rank").values_list("record_id", "letter", "figure", "share"))
    assert rows == [
        (month.item.pk, "A", Decimal("300.0000"), Decimal("81.0811")),
        (second.pk, "B", Decimal("70.0000"), Decimal("100.0000")),
    ]
    assert kept.parameters == {"a_limit": "80", "b_limit": "95", "including": False, "zone": "UTC"}


def test_stores_xyz_of_a_year(month, second):
    kept = classify_items_xyz(year=2026, at=on(31), by=SYSTEM)
    assert list(kept.rows.values_list("letter", flat=True)) == ["Z", "Z"]
    assert kept.rows.get(record_id=month.item.pk).figure == Decimal("0.2500")  # 3 units in 12 months


def test_computed_again_gives_the_same_rows(month, second, django_assert_max_num_queries):
    first = classify_items_abc(first=FIRST, last=LAST, at=on(31), by=SYSTEM)
    with django_assert_max_num_queries(10):
        again = classify_items_abc(first=FIRST, last=LAST, at=on(31), by=SYSTEM)
    assert list(first.rows.order_by("rank").values_list("record_id", "letter", "share")) == list(
        again.rows.order_by("rank").values_list("record_id", "letter", "share")
    )


def test_a_time_without_sales_is_refused(month):
    with pytest.raises(NothingToClassify):
        classify_items_abc(first=date(2020, 1, 1), last=date(2020, 1, 31), at=on(31), by=SYSTEM)
    with pytest.raises(NothingToClassify):
        classify_items_xyz(year=2020, at=on(31), by=SYSTEM)
    assert not Classification.objects.exists()


def test_needs_the_right(month):
    with pytest.raises(NotAllowed):
        classify_items_abc(first=FIRST, last=LAST, at=on(31), by=make_user("operator"))
    assert not ClassificationRow.objects.exists()
