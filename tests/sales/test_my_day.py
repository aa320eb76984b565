"""My day and the team's day: what is to be done, for whom."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from crm.models import Task
from crm.services.tasks import create_task
from reports.models import KPIPlan
from reports.services.plans import set_plan
from sales.models import Deal
from sales.services.deals import lose_deal, win_without_quote
from tests.factories.core import make_team, make_user
from tests.factories.crm import make_lead
from tests.factories.sales import NOON, make_deal

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def seller(client):
    user = make_user("seller", first_name="Marta")
    client.force_login(user)
    return user


@pytest.fixture
def deal(seller) -> Deal:
    return make_deal(owner=seller, name="Oak kitchen", amount="1800.00", at=timezone.now() - timedelta(days=3))


def url(name: str, *args) -> str:
    return reverse(f"sales:{name}", args=args)


class TestMyDay:
    def test_late_tasks_come_first_and_are_ticked_off(self, client, seller, deal):
        now = timezone.now()
        create_task(title="Later", due_at=now + timedelta(minutes=1), assignee_id=seller.pk, links=[deal], by=SYSTEM)
        late = create_task(title="Late", due_at=now - timedelta(days=2), assignee_id=seller.pk, links=[deal], by=SYSTEM)
        create_task(title="Next week", due_at=now + timedelta(days=9), assignee_id=seller.pk, by=SYSTEM)
        page = client.get(url("my_day"))
        text = page.content.decode()
        assert text.index("Late") < text.index("Later")
        assert "2 days late" in text
        assert "Next week" not in text
        assert "Oak kitchen" in text
        client.post(reverse("crm:task_done", args=[late.pk]), {"next": url("my_day")})
        assert "1 of 2 done" in client.get(url("my_day")).content.decode()

    def test_key_numbers_and_the_plan(self, client, seller, deal):
        won = make_deal(owner=seller, amount="5000.00", at=timezone.now() - HOUR)
        win_without_quote(deal_id=won.pk, reason="Paper", at=timezone.now(), by=SYSTEM)
        set_plan(person_id=seller.pk, indicator="revenue", month=timezone.localdate(), target=Decimal(10000), by=SYSTEM)
        month = client.get(url("my_day")).context["month"]
        assert (month.won, month.won_pct, month.open_total, month.weighted) == (
            Decimal("5000.00"), 50, Decimal("1800.00"), Decimal("450.00"),
        )  # fmt: skip

    def test_requests_and_deals_that_need_somebody(self, client, seller, deal):
        make_lead(owner_id=seller.pk, company="Cedar Law", received_at=timezone.now() - timedelta(minutes=40))
        text = client.get(url("my_day")).content.decode()
        assert "Cedar Law" in text
        assert "40 min" in text
        assert "3 days here, no next step" in text

    def test_who_does_not_sell_has_none(self, client):
        client.force_login(make_user("accountant"))
        assert client.get(url("my_day")).status_code == 403


class TestTeam:
    def test_each_member_with_what_he_has(self, client, seller, deal):
        head, stranger = make_user("head_of_sales"), make_user("seller")
        make_team(head, seller)
        make_deal(owner=stranger, amount="99000.00")
        create_task(title="Late", due_at=NOON, assignee_id=seller.pk, links=[deal], by=SYSTEM)
        bare = make_deal(owner=seller, amount="1000.00")
        lost = make_deal(owner=seller, amount="500.00", at=timezone.now() - HOUR)
        lose_deal(deal_id=lost.pk, reason="price", at=timezone.now(), by=SYSTEM)
        client.force_login(head)
        page = client.get(url("team_board"))
        (member,) = page.context["members"]
        assert (member.person, member.open_count, member.open_total) == (seller, 2, Decimal("2800.00"))
        assert (member.late, member.missing, member.lost_total) == (1, 1, Decimal("500.00"))
        missing = client.get(f"{url('deal_list')}?status=open&owner={seller.pk}&step=missing").content.decode()
        assert bare.name in missing
        assert deal.name not in missing
        client.force_login(seller)
        assert client.get(url("team_board")).status_code == 403

    def test_targets_are_set_and_revised_for_the_own_team(self, client, seller):
        head, stranger = make_user("head_of_sales"), make_user("seller")
        make_team(head, seller)
        client.force_login(head)
        plans, month = reverse("reports:plan_list"), "2026-05"
        sent = {"person": seller.pk, "month": month, "target": "12000"}
        for _time in range(2):
            assert client.post(plans, sent).status_code == 302
        assert client.post(plans, {**sent, "target": "x"}).status_code == 422
        assert client.post(plans, {**sent, "target": "15000"}).status_code == 409
        assert client.post(plans, {**sent, "target": "15000", "revision": "yes"}).status_code == 302
        assert KPIPlan.objects.get().target == Decimal("15000.00")
        assert client.post(plans, {**sent, "person": stranger.pk}).status_code == 403
        assert str(stranger) not in client.get(f"{plans}?month={month}").content.decode()


def test_each_role_begins_on_its_page(client):
    for role, page in (("seller", "sales:my_day"), ("head_of_sales", "sales:deal_board")):
        client.force_login(make_user(role))
        assert client.get("/").url == reverse(page)
    client.force_login(make_user("administrator"))
    assert client.get("/").status_code == 200


def test_a_task_is_put_off(client, seller):
    task = create_task(title="Call", due_at=NOON, assignee_id=seller.pk, by=SYSTEM)
    move = reverse("crm:task_move", args=[task.pk])
    assert client.get(move).status_code == 200
    assert client.post(move, {"due": ""}).status_code == 422
    assert client.post(move, {"due": "2027-02-03", "at": "11:30"}).status_code == 302
    assert timezone.localtime(Task.objects.get().due_at).strftime("%Y-%m-%d %H:%M") == "2027-02-03 11:30"
