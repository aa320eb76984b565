"""ABC and XYZ on the screen: the classes of the main job in both conventions, and the moves between periods."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from core.actors import SYSTEM
from sales.services.confirming import confirm_order
from tests.factories.core import make_branch, make_currency, make_organization, make_user
from tests.factories.inventory import make_warehouse, stock_up
from tests.factories.sales import make_order, make_sold_item

pytestmark = pytest.mark.django_db


def rows(response, *names):
    """The cells of the page's table by the names of its columns, as plain text."""
    fields = [field.name for field in response.context["table"].fields]
    places = [fields.index(name) for name in names]
    return [
        tuple(str(line["cells"][place]["html"]).replace("\u00a0", " ").replace("&nbsp;", " ") for place in places)
        for line in response.context["lines"]
    ]


@pytest.fixture
def shop(client):
    branch = make_branch(organization=make_organization(currency=make_currency("EUR")))
    warehouse = make_warehouse(branch=branch)
    client.force_login(make_user("director"))

    def sell(item, qty, month, *, day=10):
        at = datetime(2026, month, day, 12, tzinfo=UTC)
        stock_up(item, warehouse, qty, value="1.00", at=datetime(2026, 1, 2, tzinfo=UTC))
        order = make_order([(item, qty)], warehouse=warehouse, at=at)
        confirm_order(order_id=order.pk, at=at, by=SYSTEM)

    return sell


def test_abc_in_both_conventions(client, shop):
    for price in ("1979.84", "1200.00", "480.00", "240.00", "100.16"):
        shop(make_sold_item(price), 1, 3)
    march = {"period": "2026-03"}
    found = rows(client.get(reverse("reports:abc"), march), "revenue", "cumulated", "class")
    assert [(row[1], row[2]) for row in found] == [
        ("49.50 %", "A"), ("79.50 %", "A"), ("91.50 %", "B"), ("97.50 %", "C"), ("100.00 %", "C"),
    ]  # fmt: skip
    assert "1,979.84" in found[0][0]
    before = client.get(reverse("reports:abc"), {**march, "share": "before"})
    assert [row[0] for row in rows(before, "class")] == ["A", "A", "A", "B", "C"]
    narrow = client.get(reverse("reports:abc"), {**march, "a": "50", "b": "80"})
    assert [row[0] for row in rows(narrow, "class")] == ["A", "B", "C", "C", "C"]
    for wrong in ("x", "-1", "500", "NaN"):
        assert rows(client.get(reverse("reports:abc"), {**march, "a": wrong}), "class")[0] == ("A",)


def test_xyz_in_both_formulas(client, shop):
    for units in ((100, 110, 90), (100, 120, 80), (50, 80, 20)):
        item = make_sold_item("1.00")
        for month, qty in enumerate(units, start=1):
            shop(item, qty, month)
    quarter = {"period": "2026-q1"}
    found = rows(client.get(reverse("reports:xyz"), quarter), "cv", "class", "mean")
    assert found == [("8.16 %", "X", "100"), ("16.33 %", "Y", "100"), ("48.99 %", "Z", "50")]
    sample = rows(client.get(reverse("reports:xyz"), {**quarter, "formula": "sample"}), "cv", "class")
    assert sample == [("10.00 %", "X"), ("20.00 %", "Y"), ("60.00 %", "Z")]


def test_classes_move_between_periods(client, shop):
    first, second = make_sold_item("100.00"), make_sold_item("100.00")
    for item, qty, month in ((first, 9, 2), (second, 1, 2), (first, 1, 3), (second, 9, 3)):
        shop(item, qty, month)
    response = client.get(reverse("reports:abc"), {"period": "2026-03", "against": "before", "a": "95", "b": "96"})
    assert rows(response, "class", "move") == [("A", "C → A"), ("C", "A → C")]
    assert response.context["moved"] == "2 items changed their class"
    only = client.get(reverse("reports:abc"), {"period": "2026-03", "a": "95", "b": "96", "cell": "AX"})
    assert len(rows(only, "class")) == 1


def test_sales_by_two_sides_open_their_lines(client, shop):
    item, other = make_sold_item("10.00"), make_sold_item("5.00")
    for sold, qty, month in ((item, 3, 3), (other, 2, 3), (item, 1, 2)):
        shop(sold, qty, month)
    for by in ("client", "item", "category", "owner", "branch", "month", "source"):
        response = client.get(reverse("reports:sales"), {"period": "2026-03", "by": by, "against": "before"})
        table = response.context["table"]
        totals = {field.name: field.total for field in table.fields}
        assert (totals["net"], totals["past"]) == (Decimal("40.00"), Decimal("10.00")), by
        for line in table.rows:
            url = next(field for field in table.fields if field.name == "net").url(line)
            behind = client.get(url)
            assert behind.context["agrees"]
            assert f"{line.net:.2f}" in behind.context["total"], by
    both = client.get(reverse("reports:sales"), {"period": "2026-03", "by": "month", "then": "item"})
    assert [line.net for line in both.context["table"].rows] == [Decimal("30.00"), Decimal("10.00")]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("name", ["sales", "abc", "xyz", "funnel", "order_results"])
def test_every_report_can_be_kept_as_a_file(client, shop, name, form):
    shop(make_sold_item("10.00"), 1, 3)
    response = client.get(reverse(f"reports:{name}"), {"period": "2026-03", "format": form})
    assert response.status_code == 200
    assert f".{form}" in response["Content-Disposition"]
    assert len(b"".join(response.streaming_content)) > 10
