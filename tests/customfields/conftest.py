import pytest

from crm.models import Client
from inventory.models import Item


@pytest.fixture(autouse=True)
def rights_to_change(monkeypatch):
    """The rights that the registers of these records name; here in case a register is not there."""
    monkeypatch.setattr(Client, "change_action", "crm.change_client")
    monkeypatch.setattr(Item, "change_action", "inventory.manage_items")
