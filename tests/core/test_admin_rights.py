"""The admin asks the policy: who sees which tables and which rows."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.core import make_user
from tests.factories.crm import make_client

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    user.is_staff = True
    user.save()
    browser = Client()
    browser.force_login(user, backend="core.backends.SignIn")
    return browser


def test_a_seller_sees_his_clients_only():
    seller = make_user(role="seller")
    make_client(name="Mine", owner_id=seller.pk)
    make_client(name="Somebody else's")

    page = signed_in(seller).get(reverse("admin:crm_client_changelist"))

    assert page.status_code == 200
    assert "Mine" in page.text
    assert "Somebody else" not in page.text


@pytest.mark.parametrize(("role", "status"), [("seller", 403), ("storekeeper", 403), ("accountant", 200)])
def test_cost_layers_are_for_those_who_may_see_costs(role, status):
    page = signed_in(make_user(role=role)).get(reverse("admin:inventory_costlayer_changelist"))

    assert page.status_code == status


def test_only_administrators_edit_master_data():
    address = reverse("admin:inventory_unit_add")

    assert signed_in(make_user(role="director")).get(address).status_code == 403
    assert signed_in(make_user(role="administrator")).get(address).status_code == 200
