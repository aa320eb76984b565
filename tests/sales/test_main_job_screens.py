"""Steps 5, 6, 7, 9 and 13 of the main job as the pages show them, to the cent."""

from __future__ import annotations

import json
from typing import Any

import pytest
import time_machine
from django.test import override_settings
from django.urls import reverse

from core.models import User
from sales.models import Approval, Quote, SalesOrder, Shipment
from samples.management.commands.story import MAIN_JOB
from samples.story import delivering, making, selling
from samples.story.run import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(settings: Any, tmp_path: Any) -> Run:
    settings.MEDIA_ROOT = tmp_path
    return Run(json.loads(MAIN_JOB.read_text(encoding="utf-8")))


def page(client: Any, url: str, user: User, **asked: Any) -> str:
    client.force_login(user)
    answer = client.get(url, asked)
    assert answer.status_code == 200, answer.text[:500]
    return str(answer.text)


def says(text: str, *figures: str) -> None:
    assert [figure for figure in figures if figure not in text] == []


def lived_through(run: Run, *steps: Any) -> None:
    with override_settings(EVENTS_DELIVERY="inline"):
        for step in steps:
            step(run)


SOLD = (selling.web_request, selling.qualified, selling.estimate_asked, selling.estimate_answered, selling.first_quote)


def test_what_the_pages_say_of_selling_promising_and_shipping(client: Any, story: Run) -> None:
    seller, head = story.user("seller"), story.user("head_of_sales")
    lived_through(story, *SOLD)
    first = Quote.objects.get(revision=1)
    card = reverse("sales:quote_card", args=[first.pk])
    says(
        page(client, card, seller),
        "€1,567.22", "€389.50", "€64.37", "€2,021.09", "on €1,631.59", "€326.32", "€38.95", "€2,386.36", "41.54",
        "€839.46 over cost",
    )  # fmt: skip

    lived_through(story, selling.second_quote)
    second = Quote.objects.get(revision=2)
    says(
        page(client, reverse("sales:quote_card", args=[second.pk]), head),
        "€1,525.97", "€1,979.84", "on €1,590.34", "€318.07", "€38.95", "€2,336.86", "40.32", "€798.21 over cost",
    )  # fmt: skip
    assert "Superseded" in page(client, card, seller)
    approval = reverse("sales:approval_card", args=[Approval.objects.get().pk])
    says(page(client, approval, head), "7.5", "40.32", "Granted")

    lived_through(story, selling.accepted, making.automatic_tasks)
    order = SalesOrder.objects.get()
    says(page(client, reverse("sales:order_card", args=[order.pk]), seller), "SO-2026-00001", "€2,336.86", "€1,979.84")

    glass = story.item_id("GLS-8")
    delivery = reverse("sales:order_delivery", args=[order.pk])
    with time_machine.travel("2026-03-11T12:30:00+00:00", tick=False):
        told = page(client, delivery, seller)
        says(told, "Tue 24 Mar", "Mon 23 Mar")
        assert told.index("GLS-8") < told.index("Bottleneck")
        quicker = page(client, delivery, seller, **{f"days-{glass}": "2"})
        says(quicker, "Thu 19 Mar", "As things stand: Tue 24 Mar")

    lived_through(story, making.promised, making.received, making.issued, making.output, delivering.shipped)
    shown = page(client, reverse("sales:order_card", args=[order.pk]), head)
    says(shown, "All shipped", *Shipment.objects.values_list("number", flat=True))
    values = [
        page(client, reverse("sales:shipment_card", args=[one.pk]), head) for one in Shipment.objects.order_by("pk")
    ]
    says(values[0], "€626.87")
    says(values[1], "€313.43")
    assert any("€52.00" in value for value in values)
