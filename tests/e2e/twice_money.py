"""The confirms of money: invoices, credit notes, bills, payments, bank lines, costs of campaigns."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from crm.models import ContactPoint
from finance.models import Invoice, Payment, StatementImport, StatementLine
from finance.services.allocations import allocate
from finance.services.bank import book_line
from finance.services.bills import BillDraft, enter_bill
from finance.services.credits import CreditDraft, credit_invoice
from finance.services.invoices import invoice_order
from finance.services.payments import reverse_payment
from finance.services.reminding import remind_clients
from inventory.services import receipts
from marketing.models import Campaign
from marketing.services.campaigns import add_campaign_cost, set_campaign_status
from sales.services.shipments import ship_order
from tests.e2e.twice import Act, Scene
from tests.e2e.twice_selling import _confirmed
from tests.factories.crm import make_legal_entity, make_source
from tests.factories.finance import make_account, make_invoice, make_payment
from tests.factories.inventory import make_item, make_purchase_order


def _now() -> Any:
    return timezone.now()


def invoice(user: Any) -> Scene:
    order = _confirmed(None)
    ship_order(order_id=order.pk, at=_now(), by=SYSTEM)
    today = timezone.localdate()
    return Scene(
        reverse("finance:invoice_order", args=[order.pk]), {},
        lambda: invoice_order(order_id=order.pk, issued_on=today, at=_now(), key="somebody-else", by=SYSTEM),
    )  # fmt: skip


def _credited(document: Invoice, net: str) -> Any:
    line = document.lines.get()
    return credit_invoice(
        invoice_id=document.pk, lines=[CreditDraft(net=Decimal(net), invoice_line_id=line.pk)], reason="Scratch",
        issued_on=timezone.localdate(), at=_now(), key="somebody-else", by=SYSTEM,
    )  # fmt: skip


def credit(_user: Any) -> Scene:
    document = make_invoice([("100.00", 20)])
    return Scene(
        reverse("finance:invoice_credit", args=[document.pk]),
        {f"net-{document.lines.get().pk}": "10.00", "reason": "A scratch"}, lambda: _credited(document, "20.00"),
    )  # fmt: skip


def bill(_user: Any) -> Scene:
    order = make_purchase_order([(make_item(), 10, "5.00")])
    line = order.lines.get()
    received = receipts.ReceivedLine(order_line_id=line.pk, qty=Decimal(10))
    receipts.post_goods_receipt(order_id=order.pk, lines=[received], at=_now() - timedelta(days=1), by=SYSTEM)
    draft = BillDraft(purchase_line_id=line.pk, qty=Decimal(10), net=Decimal("50.00"), text="Goods")
    return Scene(
        reverse("finance:bill_enter", args=[order.pk]), {"number": "B-77"},
        lambda: enter_bill(
            purchase_order_id=order.pk, number="B-1", issued_on=timezone.localdate(), lines=[draft], at=_now(),
            by=SYSTEM,
        ),
    )  # fmt: skip


def _paid() -> tuple[Payment, Invoice]:
    entity = make_legal_entity()
    return make_payment("60.00", entity=entity), make_invoice(entity=entity)


def allocate_payment(_user: Any) -> Scene:
    payment, document = _paid()
    return Scene(
        reverse("finance:payment_allocate", args=[payment.pk]), {f"amount-{document.pk}": "60.00"},
        lambda: allocate(
            invoice_id=document.pk, payment_id=payment.pk, amount=Decimal("20.00"), on=payment.paid_on, by=SYSTEM
        ),
    )  # fmt: skip


def reverse_a_payment(_user: Any) -> Scene:
    payment, _document = _paid()
    today = timezone.localdate()
    return Scene(
        reverse("finance:payment_reverse", args=[payment.pk]), {"reason": "Bounced"},
        lambda: reverse_payment(payment_id=payment.pk, on=today, by=SYSTEM),
    )  # fmt: skip


def give_a_payment_back(_user: Any) -> Scene:
    payment, document = _paid()
    return Scene(
        reverse("finance:payment_give_back", args=[payment.pk]), {},
        lambda: allocate(
            invoice_id=document.pk, payment_id=payment.pk, amount=Decimal("20.00"), on=payment.paid_on, by=SYSTEM
        ),
    )  # fmt: skip


def record_payment(_user: Any) -> Scene:
    account, entity = make_account(), make_legal_entity()
    return Scene(
        reverse("finance:payment_new"),
        {
            "account": account.pk, "amount": "75.00", "client": entity.client_id, "legal_entity": entity.pk,
            "paid_on": timezone.localdate().isoformat(), "direction": "in",
        },
    )  # fmt: skip


def book(_user: Any) -> Scene:
    account, entity = make_account(), make_legal_entity()
    read = StatementImport.objects.create(account=account, format="csv", file_hash=uuid4().hex * 2, rows=1, new_rows=1)
    line = StatementLine.objects.create(
        statement=read, account=account, key=uuid4().hex, booked_on=timezone.localdate(), amount=Decimal("12.00")
    )
    return Scene(
        reverse("finance:bank_line_book", args=[line.pk]), {"client": entity.client_id, "legal_entity": entity.pk},
        lambda: book_line(line_id=line.pk, at=_now(), by=SYSTEM, legal_entity_id=entity.pk),
    )  # fmt: skip


def remind(_user: Any) -> Scene:
    entity = make_legal_entity()
    ContactPoint.objects.create(kind="email", value="a@example.com", normalised="a@example.com", client=entity.client)
    due_on = timezone.localdate() - timedelta(days=9)
    make_invoice(entity=entity, on=due_on, due_on=due_on)
    return Scene(
        reverse("finance:remind"), {}, lambda: remind_clients(client_ids=[entity.client_id], at=_now(), by=SYSTEM)
    )


def campaign_cost(_user: Any) -> Scene:
    campaign = Campaign.objects.create(code=uuid4().hex[:12], name="Spring", source=make_source())
    today = timezone.localdate()
    return Scene(
        reverse("marketing:campaign_cost", args=[campaign.pk]), {"label": "Fair", "amount": "90.00"},
        lambda: add_campaign_cost(
            campaign_id=campaign.pk, label="Print", amount=Decimal(9), on=today, by=SYSTEM, source_key="somebody-else"
        ),
    )  # fmt: skip


def _campaign(status: str) -> Campaign:
    return Campaign.objects.create(code=uuid4().hex[:12], name="Spring", source=make_source(), status=status)


def start_campaign(_user: Any) -> Scene:
    campaign = _campaign("planned")
    return Scene(
        reverse("marketing:campaign_card", args=[campaign.pk]), {},
        lambda: set_campaign_status(campaign_id=campaign.pk, status="done", at=_now(), by=SYSTEM),
    )  # fmt: skip


def finish_campaign(_user: Any) -> Scene:
    return Scene(reverse("marketing:campaign_card", args=[_campaign("running").pk]))


ACTS = [
    Act("invoice: post", "accountant", invoice),
    Act("invoice: credit", "accountant", credit),
    Act("bill: post", "accountant", bill),
    Act("payment: allocate", "accountant", allocate_payment, form="allocate-form"),
    Act("payment: reverse", "accountant", reverse_a_payment),
    Act("payment: give back", "accountant", give_a_payment_back),
    Act("payment: record", "accountant", record_payment, again="another"),
    Act("receivables: remind", "accountant", remind, told="Nobody was reminded", changes="Reminded on"),
    Act("bank line: book", "accountant", book),
    Act("campaign: cost", "marketer", campaign_cost),
    Act("campaign: start", "marketer", start_campaign, form="/running/", again="same", changes="is Done", leads=True),
    Act("campaign: finish", "marketer", finish_campaign, form="/done/", again="same"),
]
