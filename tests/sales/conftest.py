"""Who writes quotes in these tests, and for which deal; a file that needs others says so itself."""

from __future__ import annotations

import pytest

from core.models import User
from sales.models import Deal
from tests.factories.core import make_branch, make_user
from tests.factories.inventory import make_warehouse
from tests.factories.sales import make_deal, make_policy


@pytest.fixture
def seller(client) -> User:
    user = make_user("seller", first_name="Anna", last_name="Keller")
    make_policy("seller", 5)
    client.force_login(user)
    return user


@pytest.fixture
def deal(seller) -> Deal:
    branch = make_branch()
    make_warehouse(branch=branch)
    return make_deal(owner=seller, branch=branch)
