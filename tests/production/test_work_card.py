"""The card of a work order: golden figures for those with the right, hidden from others; refusals and repeats."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from core.actors import SYSTEM
from inventory.models import PurchaseOrderLine
from inventory.services.purchasing import place_purchase_order
from inventory.services.receipts import Landed, ReceivedLine, post_goods_receipt
from production.models import Operation, WipEntry, WorkOrder
from production.services.work import issue_materials, report_output, report_time
from tests.factories.core import make_user
from tests.factories.production import CONFIRMED
from tests.production.screens import COST_BLIND, D, Planned, moment, page, words

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def receive(plant, day, hour, sku, qty, freight=""):
    line = PurchaseOrderLine.objects.get(item=plant.item(sku))
    place_purchase_order(order_id=line.order_id, at=CONFIRMED, by=SYSTEM)
    post_goods_receipt(
        order_id=line.order_id,
        lines=[ReceivedLine(order_line_id=line.pk, qty=D(qty))],
        landed=[Landed(label="Freight", amount=D(freight))] if freight else [],
        at=moment(day, hour),
        by=SYSTEM,
    )


def issued(plant, work) -> None:
    """Steps 10 and 11 of the main job."""
    receive(plant, 17, 10, "HWK", "5")
    receive(plant, 18, 15, "GLS-8", "4", "18.00")
    receive(plant, 19, 9, "ALU-P", "6")
    taken = {"ALU-P": "30.00", "GLS-8": "7.2", "HWK": "3"}
    issue_materials(
        work_order_id=work.pk, qtys={plant.item(sku).pk: D(qty) for sku, qty in taken.items()},
        at=moment(19, 16, 10), by=SYSTEM, key="issue",
    )  # fmt: skip
    report(work, "CUT", 95, moment(19, 16, 10))


def report(work, center, minutes, at) -> None:
    operation = Operation.objects.get(work_order=work, center__code=center)
    report_time(operation_id=operation.pk, minutes=D(minutes), at=at, by=SYSTEM, key="time")


class TestGoldenFigures(Planned):
    def test_step_8_the_card_says_what_is_set_aside_and_what_comes(self, client, lead, work):
        text = words(page(client, "workorder_card", work.pk))
        for part in ("29.64", "7.2", "3.2", "CUT", "ASM", "Planned"):
            assert part in text

    def test_step_9_the_promise_and_what_if_the_glass_came_sooner(self, client, lead, order, plant):
        with time_machine.travel(CONFIRMED, tick=False):
            plain = page(client, "plan_order", order.pk)
            sooner = page(client, "plan_order", order.pk, **{f"days-{plant.item('GLS-8').pk}": "2"})
            listed = words(page(client, "plan"))
        assert 'datetime="2026-03-24"' in plain
        assert "bottleneck GLS-8" in words(plain)
        assert "Thu 19 Mar 14:30" in words(plain)
        then = sooner[sooner.index('id="plan-then"') :]
        assert 'datetime="2026-03-19"' in then
        assert "bottleneck HWK" in words(then)
        assert "Tue 17 Mar 08:00" in words(then)
        assert "5 days sooner" in words(then)
        assert order.number in listed
        assert "Tue 24 Mar" in listed
        order.refresh_from_db()
        assert order.promised_on.isoformat() == "2026-03-24", "asking writes nothing"

    def test_step_11_cost_of_material_and_work_in_progress(self, client, lead, plant, work):
        issued(plant, work)
        text = words(page(client, "workorder_card", work.pk))
        for figure in ("342.50", "300.00", "160.80", "803.30", "57.00", "860.30"):
            assert figure in text

    def test_step_12_output_at_its_cost_and_nothing_left_in_work(self, client, lead, plant, work):
        issued(plant, work)
        report(work, "ASM", 160, moment(20, 10, 45))
        report_output(work_order_id=work.pk, qty=D(3), at=moment(20, 10, 45), by=SYSTEM, key="out")
        text = words(page(client, "workorder_card", work.pk))
        for figure in ("137.00", "80.00", "940.30", "313.433333", "0.00"):
            assert figure in text

    @pytest.mark.parametrize("role", COST_BLIND)
    def test_others_see_the_work_and_no_cost(self, client, plant, work, role):
        issued(plant, work)
        client.force_login(make_user(role))
        pages = page(client, "workorder_card", work.pk) + page(client, "workorder_list")
        pages += page(client, "workorder_card", work.pk, tab="timeline") + page(client, "workorder_board")
        pages += page(client, "center_list") + page(client, "bom_card", work.bom_id)
        for figure in ("803.30", "342.50", "860.30", "57.00", "36.00", "313.43"):
            assert figure not in pages
        assert work.number in pages

    def test_a_list_cannot_be_asked_for_costs_either(self, client, plant, work):
        issued(plant, work)
        client.force_login(make_user("operator"))
        assert "860" not in page(client, "workorder_list", columns="number,wip")


class TestWorkOrderCard(Planned):
    def post(self, client, work, verb, **data):
        return client.post(reverse(f"production:workorder_{verb}", args=[work.pk]), data)

    def test_release_then_issue_once_although_sent_twice(self, client, lead, work, plant):
        assert self.post(client, work, "release").status_code == 302
        work.refresh_from_db()
        assert work.status == "released"
        row = work.materials.get(item__sku="ALU-P")
        sent = {f"item_{row.item_id}": "29,64", "key": "one"}
        for _again in range(2):
            assert self.post(client, work, "issue", **sent).status_code == 302
        assert WipEntry.objects.filter(kind="material").count() == 1

    def test_the_card_leads_to_what_comes_next(self, client, lead, work):
        def first() -> list[str]:
            return [
                act.label
                for act in client.get(reverse("production:workorder_card", args=[work.pk])).context["acts"]
                if act.primary
            ]

        assert first() == ["Release"]
        WorkOrder.objects.filter(pk=work.pk).update(status="released")
        assert first() == ["Issue material"]
        WorkOrder.objects.filter(pk=work.pk).update(status="started")
        assert first() == ["Report output"]
        WorkOrder.objects.filter(pk=work.pk).update(status="done")
        assert first() == ["Close"]

    def test_more_than_there_is_is_refused_and_what_was_typed_stays(self, client, lead, work):
        row = work.materials.get(item__sku="GLS-8")
        answer = self.post(client, work, "issue", **{f"item_{row.item_id}": "700", "key": "one"})
        assert answer.status_code == 409
        assert 'value="700"' in answer.content.decode()
        assert not WipEntry.objects.exists()

    def test_taking_nothing_is_not_told_as_done(self, client, lead, work):
        answer = self.post(client, work, "issue", **{f"item_{work.materials.first().item_id}": "0", "key": "one"})
        assert answer.status_code == 422
        assert "Say of at least one how much is taken." in answer.content.decode()

    def test_wrong_input_is_said_at_the_field(self, client, lead, work):
        operation = work.operations.first()
        answer = self.post(client, work, "time", operation=operation.pk, minutes="long", key="one")
        assert answer.status_code == 422
        assert "Write a number" in answer.content.decode()

    def test_time_and_output_are_reported(self, client, lead, work):
        operation = work.operations.first()
        self.post(client, work, "time", operation=operation.pk, minutes="60+35", finished="on", key="one")
        operation.refresh_from_db()
        assert (operation.actual_minutes, operation.status) == (D(95), "done")
        answer = self.post(client, work, "output", qty="4", key="one")
        assert answer.status_code == 409
        self.post(client, work, "output", qty="2", scrap_qty="1", key="two")
        work.refresh_from_db()
        assert (work.made_qty, work.scrapped_qty, work.status) == (D(2), D(1), "done")
        self.post(client, work, "close", key="three")
        work.refresh_from_db()
        assert work.status == "closed"

    def test_cancel_asks_why(self, client, lead, work):
        assert self.post(client, work, "cancel", reason="").status_code == 422
        assert self.post(client, work, "cancel", reason="Order changed", key="k").status_code == 302
        work.refresh_from_db()
        assert work.status == "cancelled"
        assert "Order changed" in page(client, "workorder_card", work.pk, tab="timeline")

    def test_an_operator_reports_and_does_not_release(self, client, work):
        client.force_login(make_user("operator"))
        text = page(client, "workorder_card", work.pk)
        assert "Report time" in text
        assert f"workorders/{work.pk}/release" not in text
        assert self.post(client, work, "release").status_code == 403


class TestPanels:
    def test_the_seller_sees_state_and_day_of_his_order_and_no_cost(self, plant, work, order):
        from production import relations

        seller = make_user("seller")
        made = relations.of_order(order, seller)
        assert [one["work"] for one in made["works"]] == [work]
        assert made["works"][0]["expected_on"] == work.ends_at
        assert set(made["works"][0]) == {"work", "tone", "late", "material", "expected_on", "url"}
