"""Keys looked up as one array."""

from __future__ import annotations

import pytest

from core.models import User
from crm.models import Client
from tests.factories.core import make_user
from tests.factories.crm import make_client

pytestmark = pytest.mark.django_db


def test_keys_and_references_are_found_in_a_set_as_in_a_list():
    owner, other = make_user("seller"), make_user("seller")
    mine, theirs = make_client(owner=owner), make_client(owner=other)
    assert set(Client.objects.filter(pk__any={mine.pk, theirs.pk})) == {mine, theirs}
    assert set(Client.objects.filter(owner__any={owner.pk})) == {mine}
    assert set(User.objects.exclude(pk__any=[owner.pk]).filter(pk__any={owner.pk, other.pk})) == {other}


def test_an_empty_set_finds_nothing():
    make_client()
    assert not Client.objects.filter(pk__any=set()).exists()
    assert not Client.objects.filter(owner__any=[]).exists()
