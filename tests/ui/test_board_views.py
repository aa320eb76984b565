"""Saved views of boards: kept beside those of the list, opened as the board stood, and in the sidebar."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.urls import reverse

from core.models import SavedView
from core.ui import layouts
from core.ui.views import address_of, save_view
from tests.factories.core import make_user
from tests.factories.production import make_work_order
from tests.factories.sales import make_deal

pytestmark = pytest.mark.django_db

LEADS, DEALS, WORKS = "/crm/leads/board/", "/sales/deals/board/", "/production/workorders/board/"


@pytest.fixture
def seller(client):
    user = make_user("seller")
    client.force_login(user)
    return user


def save(client, register, address, name="Mine", **more):
    return client.post(reverse("core:view_form"), {"register": register, "address": address, "name": name, **more})


def board_of(name) -> str:
    return reverse(f"sales:{name}")


def test_a_board_is_kept_as_it_stands_and_opens_so(client, seller):
    make_deal(owner=seller)
    page = client.get(f"{board_of('deal_board')}?tab=mine&owner={seller.pk}&folded=won&nonsense=1&column=x")
    kept = QueryDict(page.context["views"].address)
    assert kept.dict() == {"board": "deal_board", "tab": "mine", "owner": str(seller.pk), "folded": "won"}
    answer = save(client, "sales.deal", kept.urlencode())
    view = SavedView.objects.get()
    assert answer.url == address_of(view)
    parts = urlsplit(answer.url)
    assert parts.path == board_of("deal_board")
    assert parse_qs(parts.query) == {
        "tab": ["mine"], "owner": [str(seller.pk)], "folded": ["won"], "view": [str(view.pk)],
    }  # fmt: skip
    again = client.get(answer.url)
    assert again.context["views"].view == view
    assert again.content.decode().count('aria-current="page">Mine') == 1
    other = client.get(answer.url.replace("tab=mine", "tab=month"))
    assert other.context["views"].view is None, "changed since"


def test_the_board_of_leads_keeps_views_too(client, seller):
    address = QueryDict(client.get(f"{LEADS}?q=oak&owner=me&folded=rejected&nonsense=1").context["views"].address)
    assert address.dict() == {"board": "lead_board", "q": "oak", "owner": "me", "folded": "rejected"}
    answer = save(client, "crm.lead", address.urlencode(), name="Mine of oak")
    client.post(reverse("core:view_pin", args=[SavedView.objects.get().pk]))
    page = client.get(answer.url)
    assert page.context["views"].view == SavedView.objects.get()
    assert page.content.decode().count('aria-current="page">Mine of oak') >= 1
    assert answer.url.replace("&", "&amp;") in client.get("/crm/clients/").content.decode(), "in the sidebar"
    assert ">Mine of oak</a>" not in client.get("/crm/leads/").content.decode().split('class="viewtabs"')[1]


def test_the_list_and_other_boards_do_not_offer_it(client, seller):
    save_view(register="sales.deal", name="Of the board", query={"board": ["deal_board"], "tab": ["mine"]}, by=seller)
    save_view(register="sales.deal", name="Of the list", query={"status": ["open"]}, by=seller)
    make_deal(owner=seller)
    board, table, forecast = (
        client.get(board_of(name)).content.decode() for name in ("deal_board", "deal_list", "deal_forecast")
    )
    assert ">Of the board</a>" in board
    assert ">Of the list" not in board
    assert ">Of the board" not in table
    assert ">Of the list" in table
    assert ">Of the board</a>" not in forecast


def test_it_is_pinned_changed_and_deleted(client, seller):
    make_deal(owner=seller)
    view = save_view(register="sales.deal", name="Mine", query={"board": ["deal_board"], "tab": ["mine"]}, by=seller)
    client.post(reverse("core:view_pin", args=[view.pk]))
    assert address_of(view).replace("&", "&amp;") in client.get("/crm/clients/").content.decode()
    form = client.get(
        reverse("core:view_form"), {"register": "sales.deal", "address": "board=deal_board", "view": view.pk}
    )
    assert f'href="{board_of("deal_board")}"' in form.content.decode(), "back to the board"
    save(client, "sales.deal", "board=deal_board&tab=month", "Mine", view=view.pk)
    view.refresh_from_db()
    assert view.query == {"board": ["deal_board"], "tab": ["month"]}
    assert client.post(reverse("core:view_delete", args=[view.pk])).url == board_of("deal_board")


def test_a_layout_of_another_register_is_no_layout(client, seller):
    save(client, "sales.deal", "board=workorder_board&show=late", "Odd")
    assert SavedView.objects.get().query == {}


def test_the_board_of_work_centres_keeps_its_own(client):
    client.force_login(make_user("production_lead"))
    make_work_order(1)
    page = client.get(f"{WORKS}?show=late&order=stock&week=2026-03-16")
    address = page.context["views"].address
    url = save(client, "production.workorder", address, "Late stock").url
    assert url.startswith(WORKS)
    html = client.get(url).content.decode()
    assert html.count('aria-current="page">Late stock') == 1
    assert "week" not in url


def test_a_layout_is_declared_once():
    with pytest.raises(RuntimeError):
        layouts.declare(layouts.Layout("deal_board", "sales.deal", "sales:deal_list", ()))
