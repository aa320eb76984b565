"""The list, card and form of clients, as people use them."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from core.models import User
from crm.models import Client
from tests.factories.core import make_organization, make_user
from tests.factories.crm import make_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> User:
    return make_user("seller")


@pytest.fixture
def signed_in(client: Browser, seller: User) -> Browser:
    client.force_login(seller)
    return client


def test_the_list_shows_own_clients_and_no_others(signed_in, seller):
    make_client(name="Aalto Kitchens", owner=seller)
    make_client(name="Somebody else's", owner=make_user("seller"))
    page = signed_in.get(reverse("crm:client_list"))
    assert page.status_code == 200
    assert "Aalto Kitchens" in page.text
    assert "Somebody else" not in page.text


def test_the_card_of_a_foreign_client_is_unknown(signed_in):
    foreign = make_client(owner=make_user("seller"))
    assert signed_in.get(reverse("crm:client_card", args=[foreign.pk])).status_code == 404


def test_the_card_shows_its_facts(signed_in, seller):
    record = make_client(name="Aalto Kitchens", owner=seller, industry="Furniture")
    page = signed_in.get(reverse("crm:client_card", args=[record.pk]))
    assert page.status_code == 200
    assert "Furniture" in page.text


def test_a_client_is_entered_by_the_form(signed_in, seller):
    assert signed_in.get(reverse("crm:client_new")).status_code == 200
    sent = signed_in.post(
        reverse("crm:client_new"), {"name": "Nova Build", "is_customer": "on", "language": "en", "key": "k1"}
    )
    assert sent.status_code == 302, sent.text
    made = Client.objects.get(name="Nova Build")
    assert made.owner == seller
    again = signed_in.post(
        reverse("crm:client_new"), {"name": "Nova Build", "is_customer": "on", "language": "en", "key": "k1"}
    )
    assert again.url == sent.url
    assert Client.objects.filter(name="Nova Build").count() == 1


def test_a_language_is_called_by_its_name(signed_in, seller):
    record = make_client(owner=seller, language="de")
    page = signed_in.get(reverse("crm:client_card", args=[record.pk]))
    assert "German" in page.text
    field = signed_in.get(reverse("crm:client_field", args=[record.pk, "language"]), headers={"HX-Request": "true"})
    assert '<option value="de" selected>German</option>' in field.text


def test_a_language_nobody_offers_stays(signed_in, seller):
    record = make_client(owner=seller, language="is")
    form = signed_in.get(reverse("crm:client_edit", args=[record.pk]))
    assert '<option value="is" selected>Icelandic</option>' in form.text


def test_key_numbers_carry_their_currency(client):
    client.force_login(make_user("director"))
    record = make_client(credit_limit="60000")
    make_organization()
    page = client.get(reverse("crm:client_card", args=[record.pk]))
    stats = {str(stat.label): str(stat.value) for stat in page.context["stats"]}
    assert stats["Open deals"] == stats["Orders, 12 months"] == stats["Owed to us"] == "€0"
    assert "€60,000.00" in page.text


def test_a_deal_begins_at_the_head_of_the_card(signed_in, seller):
    record = make_client(owner=seller)
    page = signed_in.get(reverse("crm:client_card", args=[record.pk]))
    assert f'class="btn btn-primary" href="/sales/deals/new/?client={record.pk}"' in page.text


def test_a_supplier_is_called_one_and_no_prospect(signed_in, seller):
    supplier = make_client(owner=seller, is_supplier=True, is_customer=False)
    badges = signed_in.get(reverse("crm:client_card", args=[supplier.pk])).context["badges"]
    assert ["Supplier" in badge for badge in map(str, badges)] == [True]
    buyer = make_client(owner=seller)
    assert not any(
        "Supplier" in str(badge)
        for badge in signed_in.get(reverse("crm:client_card", args=[buyer.pk])).context["badges"]
    )
