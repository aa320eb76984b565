"""The board by work centre: what waits for what, late work, days with more than their time."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from production.models import Operation
from production.services.work import start_operation
from tests.production.screens import Planned, moment, page, words

pytestmark = pytest.mark.django_db


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
