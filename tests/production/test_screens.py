"""The screens of production: the golden figures for those with the right, hidden from others; refusals and repeats."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils.html import strip_tags

from core.actors import SYSTEM
from inventory.models import PurchaseOrderLine
from inventory.services.purchasing import place_purchase_order
from inventory.services.receipts import Landed, ReceivedLine, post_goods_receipt
from production.models import BOM, CenterSlot, Operation, WipEntry, WorkOrder
from production.services.work import issue_materials, report_output, report_time, start_operation
from sales.choices import EstimateStatus
from sales.models import EstimateRequest, SalesOrder
from sales.services.estimates import request_estimate
from tests.factories.core import make_user
from tests.factories.inventory import make_item
from tests.factories.production import CONFIRMED, Plant, make_bom, make_center, make_planned_order, make_plant
from tests.factories.sales import make_deal, make_service

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
D = Decimal
LEAD, COST_BLIND = "production_lead", ("seller", "head_of_sales", "purchaser", "storekeeper", "operator")


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def plant():
    return make_plant()


@pytest.fixture
def order(plant) -> SalesOrder:
    return make_planned_order([(plant.product, 3)], warehouse=plant.warehouse)


@pytest.fixture(scope="class")
def planned(kept_by_class) -> tuple[Plant, SalesOrder]:
    plant = make_plant()
    return plant, make_planned_order([(plant.product, 3)], warehouse=plant.warehouse)


class Planned:
    """For classes all of whose tests want the planned order: it is planned once for them."""

    @pytest.fixture
    def plant(self, planned, db) -> Plant:
        return deepcopy(planned[0])

    @pytest.fixture
    def order(self, planned, db) -> SalesOrder:
        return SalesOrder.objects.get(pk=planned[1].pk)


@pytest.fixture
def work(order) -> WorkOrder:
    return WorkOrder.objects.get(order_line__order=order)


@pytest.fixture
def lead(client):
    user = make_user(LEAD)
    client.force_login(user)
    return user


def page(client, name, *args, **query) -> str:
    answer = client.get(reverse(f"production:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", strip_tags(html))


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


class TestBoard(Planned):
    def test_each_operation_stands_at_its_centre_with_what_it_waits_for(self, client, lead, work):
        with time_machine.travel(moment(16, 9), tick=False):
            text = words(page(client, "workorder_board", week="2026-03-16"))
        assert text.count(work.number) == 2
        assert "GLS-8 comes Wed 18 Mar" in text
        assert "After CUT" in text
        assert "1.5 h planned" in text

    def test_late_work_is_marked_and_counts_on_today(self, client, lead, work):
        with time_machine.travel(moment(23, 9), tick=False):
            text = words(page(client, "workorder_board"))
            late = words(page(client, "workorder_board", show="late"))
        assert "4 days late" in text
        assert work.number in late

    def test_a_day_with_more_than_its_time_is_marked(self, client, lead, work):
        Operation.objects.filter(work_order=work, center__code="CUT").update(minutes=600)
        with time_machine.travel(moment(23, 9), tick=False):
            html = page(client, "workorder_board")
        assert "Mo!" in html

    def test_running_work_and_the_part_for_htmx(self, client, lead, work):
        start_operation(operation_id=work.operations.first().pk, at=moment(19, 8), by=lead)
        part = client.get(reverse("production:workorder_board"), {"show": "running"}, headers={"HX-Request": "true"})
        assert "<html" not in part.content.decode()
        assert "Running" in part.content.decode()

    def test_words_narrow_it(self, client, lead, work):
        assert work.number not in page(client, "workorder_board", q="nothing like it")
        assert work.number in page(client, "workorder_board", q=work.number, week="2026-03-16")


class TestPlan(Planned):
    def test_planning_over_running_work_is_asked_first(self, client, lead, order, work):
        start_operation(operation_id=work.operations.first().pk, at=moment(19, 8), by=lead)
        url = reverse("production:plan")
        asked = client.post(url, {"orders": [order.pk]})
        assert asked.status_code == 409
        assert "Plan over work that runs?" in asked.content.decode()
        assert client.post(url, {"orders": [order.pk], "over_running": "1"}).status_code == 302
        one = reverse("production:plan_order", args=[order.pk])
        assert client.post(one).status_code == 409
        assert client.post(one, {"over_running": "1"}).status_code == 302

    def test_planning_what_is_missing_twice_changes_nothing(self, client, lead, order):
        for _again in range(2):
            client.post(reverse("production:plan_order", args=[order.pk]), {"do": "plan"})
        assert WorkOrder.objects.count() == 1

    def test_the_plan_is_for_planners(self, client, order):
        client.force_login(make_user("seller"))
        assert client.get(reverse("production:plan")).status_code == 403


def recipe(item, *lines, steps=(), **more):
    data = {"item": item.pk if item else "", "batch_qty": "1", "key": "k", **more}
    for name, rows in (("lines", lines), ("steps", steps)):
        data |= {f"{name}-TOTAL_FORMS": len(rows), f"{name}-INITIAL_FORMS": 0}
        for number, row in enumerate(rows):
            data |= {f"{name}-{number}-{key}": value for key, value in row.items()}
    return data


class TestRecipes:
    url = "/production/boms/new/"

    def test_a_recipe_is_written_kept_once_and_put_into_force(self, client, lead):
        item, part, center = make_item(), make_item(), make_center()
        data = recipe(
            item,
            {"item": part.pk, "qty": "9,5", "scrap_pct": "4"},
            steps=[{"center": center.pk, "name": "Cut", "setup_minutes": "30", "run_minutes": "20"}],
            since="2026-03-01",
            until="2026-12-31",
        )
        for _again in range(2):
            assert client.post(self.url, data).status_code == 302
        bom = BOM.objects.get()
        assert (bom.status, bom.lines.get().scrap_pct, bom.operations.get().setup_minutes) == ("draft", D(4), D(30))
        assert bom.valid.upper.isoformat() == "2027-01-01"
        client.post(reverse("production:bom_activate", args=[bom.pk]))
        text = words(page(client, "bom_card", bom.pk))
        assert "Active" in text
        assert "9.88" in text
        client.post(reverse("production:bom_retire", args=[bom.pk]), {"on": "2026-06-01", "key": "r"})
        bom.refresh_from_db()
        assert bom.status == "retired"

    def test_a_circle_is_refused_at_the_component(self, client, lead):
        whole, part = make_item("WHOLE"), make_item("PART")
        make_bom(whole, [(part, 1)])
        answer = client.post(
            self.url, recipe(part, {"item": make_item().pk, "qty": "1"}, {"item": whole.pk, "qty": "1"})
        )
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "PART would contain itself: PART → WHOLE → PART." in html
        assert html.index("contain itself") > html.index("lines-1-item")
        assert BOM.objects.count() == 1

    def test_a_new_version_begins_as_the_old_one_and_a_draft_is_changed(self, client, lead):
        bom = make_bom(parts=[(make_item("BOLT"), 3)])
        assert "BOLT" in client.get(self.url, {"from": bom.pk}).content.decode()
        draft = make_bom(bom.item, [(make_item(), 1)], active=False)
        url = reverse("production:bom_edit", args=[draft.pk])
        data = recipe(None, {"item": make_item().pk, "qty": "7"}, version=draft.version)
        assert client.post(url, data).status_code == 302
        assert draft.lines.get().qty == D(7)
        assert client.post(url, data).status_code == 409, "from an old version"
        assert client.post(url, recipe(None, {"item": "", "qty": "x"}, version=9)).status_code == 422

    def test_the_item_card_says_where_it_is_used_and_what_it_costs(self, client, plant):
        url = reverse("inventory:item_card", args=[plant.item("ALU-P").pk])
        client.force_login(make_user(LEAD))
        assert "Goes into" in client.get(url).content.decode()
        assert (
            "One piece by recipe"
            in client.get(reverse("inventory:item_card", args=[plant.product.pk])).content.decode()
        )
        client.force_login(make_user("seller"))
        assert "One piece by recipe" not in client.get(url).content.decode()


class TestCenters:
    def test_time_is_blocked_and_given_back_twice(self, client, lead):
        center = make_center("PRESS")
        data = {"starts_at": "2026-03-20T08:00", "ends_at": "2026-03-20T12:00", "reason": "Service", "key": "k"}
        for _again in range(2):
            client.post(reverse("production:center_block", args=[center.pk]), data)
        slot = CenterSlot.objects.get()
        with time_machine.travel(moment(19, 8), tick=False):
            assert "Service" in page(client, "center_card", center.pk)
        for _again in range(2):
            client.post(reverse("production:center_unblock", args=[slot.pk]))
        assert not CenterSlot.objects.exists()

    def test_an_end_before_the_beginning_is_said(self, client, lead):
        url = reverse("production:center_block", args=[make_center().pk])
        data = {"starts_at": "2026-03-20T08:00", "ends_at": "2026-03-19T12:00", "reason": "Service"}
        assert client.post(url, data).status_code == 422

    def test_fewer_places_than_are_planned_are_refused(self, client, lead, plant):
        center = make_center(capacity=2)
        later = datetime.now(UTC) + timedelta(days=3)
        CenterSlot.objects.create(center=center, lane=2, period=(later, later + timedelta(hours=1)), reason="Kept")
        url = reverse("production:center_edit", args=[center.pk])
        data = {
            "name": center.name, "code": center.code, "branch": center.branch_id, "calendar": center.calendar_id,
            "capacity": 1, "rate_per_hour": "36", "is_active": "on", "version": center.version,
        }  # fmt: skip
        answer = client.post(url, data)
        assert answer.status_code == 409
        assert "jobs at once" in answer.content.decode()


class TestEstimates:
    @pytest.fixture
    def asked(self, plant) -> EstimateRequest:
        deal = make_deal(branch=plant.branch)
        make_service("INST", role="installation"), make_service("DLV", role="transport")
        return request_estimate(deal_id=deal.pk, lines=[(plant.product.pk, D(3))], at=moment(3, 10), by=SYSTEM)

    def form(self, client, asked) -> dict[str, str]:
        with time_machine.travel(moment(4, 15), tick=False):
            form = client.get(reverse("production:estimate_answer", args=[asked.pk])).context["form"]
        data = {name: field.initial for name, field in form.fields.items() if field.initial is not None}
        named = {row.label: row.html_name for row in form}
        return {"do": "answer", **data}, named

    def send(self, client, asked, data):
        with time_machine.travel(moment(4, 15), tick=False):
            return client.post(reverse("production:estimate_answer", args=[asked.pk]), data)

    def test_step_4_the_proposal_and_the_answer_to_the_cent(self, client, lead, asked):
        with time_machine.travel(moment(4, 15), tick=False):
            text = words(page(client, "estimate_answer", asked.pk))
            assert "Late" not in words(page(client, "estimate_inbox"))
        for figure in ("338.23", "285.60", "160.80", "784.63", "54.00", "75.00", "129.00", "913.63"):
            assert figure in text
        data, _named = self.form(client, asked)
        services = sorted(name for name in _named.values() if name.startswith("service-"))
        sums = dict(zip(services, ("220", "48"), strict=True))
        for _again in range(2):
            self.send(client, asked, {**data, **sums, "remark": "Glass has to be ordered."})
        asked.refresh_from_db()
        assert (asked.status, asked.cost, asked.lead_days) == (EstimateStatus.ANSWERED, D("1181.63"), 8)
        assert asked.costs.count() == 7
        assert "1,181.63" in page(client, "estimate_inbox", show="answered")

    def test_the_planner_changes_a_part_and_the_days(self, client, lead, asked):
        data, named = self.form(client, asked)
        self.send(client, asked, {**data, named["CUT, amount"]: "60", "lead_days": "10"})
        asked.refresh_from_db()
        assert (asked.cost, asked.lead_days) == (D("919.63"), 10)

    def test_a_proposal_that_changed_meanwhile_is_shown_again(self, client, lead, asked):
        data, _named = self.form(client, asked)
        answer = self.send(client, asked, {**data, "seen_total": "900.00"})
        assert answer.status_code == 409
        assert "look at the new proposal" in answer.content.decode()
        asked.refresh_from_db()
        assert asked.status == EstimateStatus.ASKED

    def test_what_cannot_be_made_is_refused_with_a_reason(self, client, lead, asked):
        assert self.send(client, asked, {"do": "refuse", "reason": ""}).status_code == 422
        assert self.send(client, asked, {"do": "refuse", "reason": "Too wide."}).status_code == 302
        asked.refresh_from_db()
        assert (asked.status, asked.remark) == (EstimateStatus.REFUSED, "Too wide.")
        data = {"do": "answer", "seen_total": "1"}
        assert self.send(client, asked, data).status_code == 409

    def test_only_planners_answer(self, client, asked):
        client.force_login(make_user("seller"))
        assert client.get(reverse("production:estimate_inbox")).status_code == 403


class TestPanels:
    def test_the_seller_sees_state_and_day_of_his_order_and_no_cost(self, plant, work, order):
        from production import relations

        seller = make_user("seller")
        made = relations.of_order(order, seller)
        assert [one["work"] for one in made["works"]] == [work]
        assert made["works"][0]["expected_on"] == work.ends_at
        assert set(made["works"][0]) == {"work", "tone", "late", "material", "expected_on", "url"}


class TestBudgets:
    """Statements do not grow with the work."""

    @pytest.fixture
    def many(self, plant, work):
        def fill(count: int) -> None:
            works = [
                WorkOrder(
                    organization=work.organization, branch=work.branch, warehouse=work.warehouse,
                    number=f"WO-X-{number}", item=work.item, qty=1, bom=work.bom, planned_at=CONFIRMED,
                    starts_at=moment(16, 9), ends_at=moment(16, 10), order_line=work.order_line,
                )
                for number in range(count)
            ]  # fmt: skip
            made = WorkOrder.objects.bulk_create(works)
            Operation.objects.bulk_create(
                Operation(
                    work_order=one, sequence=10, center=plant.centers["CUT"], minutes=5, starts_at=one.starts_at,
                    ends_at=one.ends_at,
                )
                for one in made
            )  # fmt: skip

        return fill

    @pytest.mark.parametrize("count", [10, 1000])
    @pytest.mark.parametrize(
        ("name", "most"), [("workorder_list", 22), ("workorder_board", 28), ("center_list", 24), ("plan", 48)]
    )
    def test_lists_and_boards(self, client, lead, many, django_assert_max_num_queries, count, name, most):
        many(count)
        with time_machine.travel(moment(16, 9), tick=False):
            page(client, name)
            with django_assert_max_num_queries(most):
                page(client, name)
