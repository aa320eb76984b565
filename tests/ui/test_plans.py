"""The main statements of the standard pages go by their indexes, on tables too large to be read through."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory

from core.models import User
from core.search.installing import paused
from core.ui import registers, timeline
from core.ui.paging import page_of
from core.ui.queries import ListQuery
from crm.models import Client, Interaction, Person
from samples.volume import company, parties, talks
from samples.volume.plan import Plan

pytestmark = pytest.mark.django_db
PLAN = Plan(until=date(2026, 9, 1), fraction=0.05)


@pytest.fixture
def director(db: None) -> User:
    """Somebody who sees everything, beside 5,000 contacts, 1,000 clients and 15,000 talks with them."""
    with paused():  # entries of the search are written once, at the end
        base = company.found(PLAN)
        parties.load(PLAN, base)
        talks.load(PLAN, base)
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('search_entry_trigrams')")
        cursor.execute("ANALYZE crm_person, crm_client, crm_interaction, core_searchentry, crm_contactpoint")
    return User.objects.get(email=company.FIRST_USER)


def plan_of(rows: Any) -> str:
    return str(rows.explain())


def contacts(user: Any, words: str = "") -> Any:
    """The rows of the list of contacts, narrowed and sorted as the page does it."""
    register = registers.by_key("crm.person")
    request = RequestFactory().get("/crm/persons/", {"q": words} if words else {})
    query = ListQuery(register, user, request.GET, [])
    found = register.filter_class(request.GET, register.rows_for(user), register=register, user=user, request=request)
    rows, keys = query.sorted_rows(found.qs)
    return rows, keys


def test_pages_go_by_their_indexes(director: User) -> None:
    rows, keys = contacts(director)
    first = plan_of(rows.order_by(*(key.order(backwards=False) for key in keys), "pk")[:81])
    assert "person_by_folded_name" in first, first
    assert "Sort" not in first.replace("Sort Key", ""), first

    page = page_of(rows, keys, size=80)
    later = page_of(rows, keys, size=80, after=page.after)
    assert len(later.rows) == 80

    with connection.cursor() as cursor:  # six thousand entries are read through as quickly; set S is sixty times that
        cursor.execute("SET LOCAL enable_seqscan = off")
    somebody = Person.objects.order_by("pk")[4000]
    for words in (somebody.last_name[:6], "4930000412", f"{somebody.first_name}.{somebody.last_name}.{somebody.pk}"):
        found, _keys = contacts(director, words)
        plan = plan_of(found.order_by()[:10_001])
        assert "search_entry_trigrams" in plan, plan
        assert "Seq Scan on core_searchentry" not in plan, plan

    client = Client.objects.order_by("pk")[7]
    entries = timeline.newest(client, director, limit=30)
    assert len(entries) == 30
    talked = Interaction.objects.visible_to(director, "crm.view_interaction").filter(client=client).order_by("-at")[:30]
    assert "interaction_of_client" in plan_of(talked), plan_of(talked)
