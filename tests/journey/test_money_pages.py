"""The end of the golden story as the accountant's pages show it, to the cent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from finance.models import BankAccount, Invoice
from sales.models import SalesOrder
from samples.management.commands.story import MAIN_JOB
from samples.story.run import tell

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_figure_of_money_stands_on_its_page(client: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    run, _results = tell(json.loads(MAIN_JOB.read_text(encoding="utf-8")))
    client.force_login(run.user("accountant"))

    def shown(name: str, *args: Any, **query: str) -> str:
        return client.get(reverse(name, args=args), query).content.decode()

    def owed(name: str, on: str) -> str:
        return client.get(reverse(name), {"on": on}).context["stats"][0].value

    assert [owed("finance:receivables", day) for day in ("2026-03-25", "2026-03-26", "2026-04-07")] == [
        "€0.00", "€1,436.86", "€0.00",
    ]  # fmt: skip
    assert owed("finance:payables", "2026-04-07") == "€403.92"
    invoice, note = Invoice.objects.get(kind="invoice"), Invoice.objects.get(kind="credit_note")
    card = shown("finance:invoice_card", invoice.pk)
    for figure in (
        "INV-2026-00001",
        "€2,336.86",
        "€900.00",
        "€1,436.86",
        "paid 12 days after issue, 2 days before due",
    ):
        assert figure in card
    assert "€60.00" in shown("finance:invoice_card", note.pk)
    account = BankAccount.objects.get(pk=run.world.account.pk)
    assert "€7,180.40" in shown("finance:bank_card", account.pk)
    assert "€63.14" in shown("finance:payment_card", run.memory["paid invoice"].pk)
    assert "123.14" in shown("crm:client_card", run.world.client.pk)
    order = SalesOrder.objects.get()
    for figure in ("€1,929.84", "€1,226.60", "€703.24", "36.44", "+€12.70", "+€4.27"):
        assert figure in shown("sales:order_card", order.pk)
    client.force_login(run.user("seller"))
    assert "€703.24" not in shown("sales:order_card", order.pk)
