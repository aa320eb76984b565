"""Owner and day of closing as filters of board, table and forecast; the forecast by months."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from core.actors import SYSTEM
from core.ui.periods import month_of
from reports.services.plans import set_plan
from sales.models import Deal
from sales.selectors.closing import closing_words, month_key, months_ahead, read_closing
from tests.factories.core import make_team, make_user
from tests.factories.crm import make_legal_entity
from tests.factories.sales import make_deal
from tests.ui.counting import assert_constant

pytestmark = pytest.mark.django_db

BOARD, TABLE, FORECAST = "/sales/deals/board/", "/sales/deals/", "/sales/deals/forecast/"
PART = {"HX-Request": "true"}


@pytest.fixture
def head(client):
    user = make_user("head_of_sales", first_name="Tom")
    client.force_login(user)
    return user


@pytest.fixture
def marta(head):
    user = make_user("seller", first_name="Marta", last_name="Lindqvist")
    make_team(head, user)
    return user


@pytest.fixture
def entity():
    return make_legal_entity()


@pytest.fixture
def deals(head, marta, entity) -> dict[str, Deal]:
    """Deals of both, past due, this month (its last day), the next one, far off, and without a day."""
    today = timezone.localdate()
    days = {
        "Past": today - timedelta(days=1), "Now": month_of(today).until, "Next": month_of(today, shift=1).since,
        "Far": month_of(today, shift=9).since, "Undated": None,
    }  # fmt: skip
    owners = {"Past": marta, "Now": marta}
    return {
        name: make_deal(
            name=f"{name} deal", owner=owners.get(name, head), expected_close=day, entity=entity, at=timezone.now()
        )
        for name, day in days.items()
    }


def shown(client, address: str, **asked) -> set[str]:
    text = client.get(address, asked).content.decode()
    return {name for name in ("Past", "Now", "Next", "Far", "Undated") if f"{name} deal" in text}


@pytest.mark.parametrize("address", [BOARD, TABLE, FORECAST])
class TestFilters:
    def test_by_owner(self, client, deals, marta, address):
        assert shown(client, address, owner=marta.pk) == {"Past", "Now"}
        assert shown(client, address) == set(deals)

    def test_by_day_of_closing(self, client, deals, address):
        ahead = f"{month_of(timezone.localdate(), shift=9).since:%Y-%m}"
        assert shown(client, address, expected_close="overdue") == {"Past"}
        assert shown(client, address, expected_close="none") == {"Undated"}
        assert shown(client, address, expected_close="next month") == {"Next"}
        assert shown(client, address, expected_close=ahead) == {"Far"}
        assert "Now" in shown(client, address, expected_close="this month")

    def test_both_and_a_search(self, client, deals, head, address):
        assert shown(client, address, owner=head.pk, expected_close="none") == {"Undated"}
        assert shown(client, address, owner=head.pk, q="next") == {"Next"}

    def test_the_menus_name_people_and_what_is_chosen(self, client, deals, marta, address):
        text = client.get(address, {"owner": marta.pk, "expected_close": "overdue"}).content.decode()
        menus = {menu.name: menu for menu in client.get(address, {"owner": marta.pk}).context["menus"]}
        assert [str(one.label) for one in menus["owner"].choices] == ["Anyone", "Me", "Marta Lindqvist"]
        assert (str(menus["owner"].text), menus["owner"].is_on) == ("Marta Lindqvist", True)
        assert (str(menus["expected_close"].text), menus["expected_close"].is_on) == ("Any time", False)
        assert '<span class="k">Closing</span> Overdue' in text
        assert f"owner={marta.pk}" in menus["expected_close"].choices[1].address

    def test_the_layouts_carry_the_filters(self, client, deals, marta, address):
        page = client.get(address, {"owner": marta.pk, "expected_close": "overdue"})
        ways = {one.key: one.address for one in page.context["layouts"]}
        assert list(ways) == ["board", "table", "forecast"]
        for way in ways.values():
            assert shown(client, way) == {"Past"}

    def test_who_sees_only_his_own_is_offered_no_owners(self, client, deals, marta, address):
        client.force_login(marta)
        page = client.get(address)
        assert [menu.name for menu in page.context["menus"]] == ["expected_close"]
        assert shown(client, address) == {"Past", "Now"}


class TestTable:
    def test_a_filter_of_a_menu_is_no_chip_besides(self, client, deals, marta):
        page = client.get(TABLE, {"owner": marta.pk, "status": "open"})
        assert [chip.name for chip in page.context["chips"]] == ["status"]

    def test_a_part_brings_the_ways_to_the_layouts_along(self, client, deals, marta):
        text = client.get(TABLE, {"owner": marta.pk}, headers=PART).content.decode()
        assert 'id="layouts"' in text
        assert 'hx-swap-oob="true"' in text
        assert "<html" not in text

    def test_what_means_nothing_is_said(self, client, deals):
        assert "Write a day" in client.get(TABLE, {"expected_close": "whenever"}).content.decode()


class TestBoard:
    def test_the_tabs_count_within_the_filters(self, client, deals, marta):
        page = client.get(BOARD, {"owner": marta.pk})
        assert next(count for _tab, count, _url in page.context["tabs"]) == 2
        assert all(f"owner={marta.pk}" in url for _tab, _count, url in page.context["tabs"])

    def test_the_pipeline_may_be_named_by_its_key(self, client, deals):
        pipeline = deals["Past"].pipeline
        assert client.get(BOARD, {"pipeline": pipeline.pk}).context["pipeline"] == pipeline

    def test_what_is_left_of_the_own_plan(self, client, deals, head):
        assert "My plan left" not in client.get(BOARD).content.decode()
        set_plan(person_id=head.pk, indicator="revenue", month=timezone.localdate(), target=Decimal(61700), by=SYSTEM)
        text = client.get(BOARD).content.decode()
        assert "My plan left" in text
        assert "€61,700" in text


class TestForecast:
    def test_months_count_sum_and_weigh(self, client, deals):
        page = client.get(FORECAST)
        columns = {one.column.key: one for one in page.context["shown"]}
        today = timezone.localdate()
        months = [f"{first:%Y-%m}" for first in months_ahead(today, 4)]
        assert list(columns) == ["overdue", *months, "later", "none"]
        following = columns[months[1]]
        deal = deals["Next"]
        assert (following.count, following.total) == (1, deal.amount)
        assert following.weight == (deal.amount * deal.probability / 100).quantize(Decimal("0.01"))
        assert "weighted" in page.content.decode()

    def test_what_is_empty_beside_the_months_is_left_out(self, client, deals):
        Deal.objects.update(expected_close=deals["Next"].expected_close)
        assert len(client.get(FORECAST).context["shown"]) == 4
        narrowed = client.get(FORECAST, {"expected_close": "next month"}).context["shown"]
        assert [one.count for one in narrowed] == [5]

    def test_it_is_read_only(self, client, deals):
        deal = deals["Next"]
        assert client.post(FORECAST, {"record": deal.pk, "to": "none"}).status_code == 405
        assert client.get(FORECAST, {"move": deal.pk}).status_code == 404
        assert 'class="grip"' not in client.get(FORECAST).content.decode()

    def test_who_may_not_see_deals(self, client, deals):
        client.force_login(make_user("storekeeper"))
        assert client.get(FORECAST).status_code == 403

    def test_as_many_statements_for_ten_as_for_a_thousand(self, client, deals):
        first = deals["Next"]

        def more(count: int) -> None:
            Deal.objects.bulk_create(
                Deal(
                    name=f"Many {number}", organization_id=first.organization_id, client_id=first.client_id,
                    owner_id=first.owner_id, pipeline_id=first.pipeline_id, stage_id=first.stage_id,
                    currency_id=first.currency_id, probability=25, amount=100, opened_at=first.opened_at,
                    expected_close=first.expected_close,
                )
                for number in range(count)
            )  # fmt: skip

        assert_constant(client, {FORECAST: 16, BOARD: 16}, more)


class TestWords:
    TODAY = date(2026, 11, 15)

    def test_words_and_months(self):
        assert read_closing("Overdue", self.TODAY).word == "overdue"
        assert read_closing("no day named", self.TODAY).word == "none"
        assert read_closing("2026-12", self.TODAY).period.until == date(2026, 12, 31)
        assert read_closing("whenever", self.TODAY) is None
        assert read_closing("", self.TODAY) is None
        assert closing_words("2026-12") == "December 2026"
        assert closing_words("2026-13") == "2026-13"

    def test_the_place_of_a_day(self):
        months = months_ahead(self.TODAY, 3)
        assert months == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
        days = (None, date(2026, 11, 14), date(2026, 11, 15), date(2027, 1, 31), date(2027, 2, 1))
        keys = [month_key(day, self.TODAY, months) for day in days]
        assert keys == ["none", "overdue", "2026-11", "2027-01", "later"]
