"""Estimates on the screen: the proposal to the cent, its changes and refusals."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from core.actors import SYSTEM
from sales.choices import EstimateStatus
from sales.models import EstimateRequest
from sales.services.estimates import request_estimate
from tests.factories.core import make_user
from tests.factories.sales import make_deal, make_service
from tests.production.screens import D, moment, page, words

pytestmark = pytest.mark.django_db


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

    def test_the_running_sum_knows_the_currency_and_the_mark_of_decimals(self, client, lead, asked):
        with time_machine.travel(moment(4, 15), tick=False):
            assert 'data-point="." data-currency="EUR"' in page(client, "estimate_answer", asked.pk)

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
