"""The main pages of visits and complaints in both themes, on a desk and on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from core.actors import SYSTEM
from support.services.visits import finish_visit, open_visit_link
from tests.factories.core import make_user
from tests.factories.support import make_installable_order, make_report, make_ticket, make_visit
from tests.ui.browsing import assert_looks, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def box(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def addresses(box):
    """A visit of today with its link, one that was done, and a complaint about it."""
    now = timezone.now()
    today, done = make_visit(slot=(now, now + timedelta(hours=3))), make_visit(crew="Crew Petersen")
    finish_visit(visit_id=done.pk, report=make_report(), at=now, by=SYSTEM)
    ticket = make_ticket(order_id=make_installable_order().pk)
    token = open_visit_link(visit_id=today.pk, expires_at=now + timedelta(days=1), by=SYSTEM)
    pages = [
        ("visit_list", []), ("visit_calendar", []), ("visit_new", []), ("visit_card", [today.pk]),
        ("visit_card", [done.pk]), ("visit_link", [today.pk]), ("visit_finish", [today.pk]), ("ticket_list", []),
        ("ticket_card", [ticket.pk]), ("ticket_new", []), ("visit_public", [token]), ("visit_public", ["altered"]),
    ]  # fmt: skip
    return [reverse(f"support:{name}", args=args) for name, args in pages]


def test_main_pages(page: Page, live_server, addresses):
    sign_in(page, live_server.url, make_user("director"))
    for address in addresses:
        assert_looks(page, live_server.url + address)
