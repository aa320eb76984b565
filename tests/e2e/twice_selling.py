"""The confirms of selling: requests, deals, quotes, approvals, orders, shipments, the client's own answers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from crm.services.leads import answer_lead, reject_lead
from sales.models import Deal, Quote
from sales.selectors.links import quote_links
from sales.services import approvals, confirming, deals, orders, quote_drafts, quotes, shipments
from tests.e2e.twice import Act, Scene
from tests.factories.core import make_branch, make_user
from tests.factories.crm import make_lead, make_webform
from tests.factories.inventory import make_warehouse, stock_up
from tests.factories.sales import drafts, make_deal, make_order, make_pipeline, make_policy, make_quote, make_sold_item


def _now() -> Any:
    return timezone.now()


def _lead(user: Any) -> Any:
    make_pipeline()
    make_branch()
    lead = make_lead()
    type(lead).objects.filter(pk=lead.pk).update(owner=user)
    return lead


def qualify(user: Any) -> Scene:
    lead = _lead(user)
    return Scene(
        reverse("crm:lead_qualify", args=[lead.pk]), {"amount": "500"},
        lambda: reject_lead(lead_id=lead.pk, reason="spam", at=_now(), by=SYSTEM),
    )  # fmt: skip


def answer(user: Any) -> Scene:
    lead = _lead(user)
    return Scene(
        reverse("crm:lead_answer", args=[lead.pk]), {"kind": "call", "body": "We spoke."},
        lambda: reject_lead(lead_id=lead.pk, reason="spam", at=_now(), by=SYSTEM),
    )  # fmt: skip


def reject(user: Any) -> Scene:
    lead = _lead(user)
    return Scene(
        reverse("crm:lead_reject", args=[lead.pk]), {"reason": "spam"},
        lambda: answer_lead(lead_id=lead.pk, at=_now(), by=SYSTEM, kind="call"),
    )  # fmt: skip


def _deal(user: Any) -> Deal:
    return make_deal(owner=user, at=_now())


def _moved(deal: Deal) -> Any:
    return deals.move_deal(deal_id=deal.pk, stage_code="negotiation", at=_now(), by=SYSTEM)


def move(user: Any) -> Scene:
    deal = _deal(user)
    return Scene(reverse("sales:deal_card", args=[deal.pk]), {}, lambda: _moved(deal))


def win(user: Any) -> Scene:
    deal = _deal(user)
    return Scene(reverse("sales:deal_win", args=[deal.pk]), {"reason": "Signed at the fair"}, lambda: _moved(deal))


def lose(user: Any) -> Scene:
    deal = _deal(user)
    return Scene(
        reverse("sales:deal_lose", args=[deal.pk]), {"reason": "price", "note": "Too dear"}, lambda: _moved(deal)
    )


def _quote(user: Any, discount: str = "0") -> Quote:
    make_policy("seller", 5)
    make_policy("head_of_sales", 50)
    return make_quote(_deal(user), [(make_sold_item("100.00"), 2, discount)], at=_now())


def _redrawn(quote: Quote) -> Any:
    deal = quote.deal
    lines = drafts([(line.item, line.qty + 1) for line in quote.lines.select_related("item")])
    return quote_drafts.draft_quote(
        deal_id=deal.pk, legal_entity_id=quote.legal_entity_id, lines=lines, at=_now(), by=SYSTEM
    )


def send(user: Any) -> Scene:
    quote = _quote(user)
    return Scene(reverse("sales:quote_send", args=[quote.pk]), {"other": "nora@field.example"}, lambda: _redrawn(quote))


def ask(user: Any) -> Scene:
    quote = _quote(user, "20")
    return Scene(reverse("sales:quote_ask", args=[quote.pk]), {"reason": "A large client"}, lambda: _redrawn(quote))


def decide(_user: Any) -> Scene:
    asker = make_user("seller")
    make_policy("director", 50)
    quote = _quote(asker, "20")
    approval = approvals.request_approval(quote_id=quote.pk, at=_now(), by=asker, reason="Large")
    return Scene(
        reverse("sales:approval_decide", args=[approval.pk]), {"decision": "granted"},
        lambda: approvals.decide_approval(approval_id=approval.pk, granted=False, at=_now(), by=SYSTEM, remark="No"),
    )  # fmt: skip


def _sent(user: Any) -> Quote:
    return quotes.send_quote(quote_id=_quote(user).pk, at=_now(), by=SYSTEM)


def accept(user: Any) -> Scene:
    quote = _sent(user)
    make_warehouse(branch=quote.deal.branch)
    return Scene(
        reverse("sales:quote_accept", args=[quote.pk]), {"accepted_by_name": "Nora Field"},
        lambda: quotes.refuse_quote(quote_id=quote.pk, at=_now(), by=SYSTEM, reason="Too dear"),
    )  # fmt: skip


def refuse(user: Any) -> Scene:
    quote = _sent(user)
    make_warehouse(branch=quote.deal.branch)
    return Scene(
        reverse("sales:quote_refuse", args=[quote.pk]), {"reason": "Too dear"},
        lambda: quotes.accept_quote(quote_id=quote.pk, at=_now(), by=SYSTEM),
    )  # fmt: skip


def accept_by_link(_nobody: Any) -> Scene:
    quote = _sent(None)
    make_warehouse(branch=quote.deal.branch)
    path = quote_links([quote])[quote.pk]
    return Scene(
        "/" + path.split("/", 3)[3], {"name": "Nora Field"},
        lambda: quotes.refuse_quote(quote_id=quote.pk, at=_now(), by=SYSTEM, reason="Too dear"),
    )  # fmt: skip


def _order(user: Any, *, stocked: bool = True) -> Any:
    item, warehouse = make_sold_item(), make_warehouse()
    if stocked:
        stock_up(item, warehouse, 10, "500.00", at=_now() - timedelta(days=2))
    return make_order([(item, 4)], warehouse=warehouse, owner=user, at=_now() - timedelta(days=1))


def _confirmed(user: Any) -> Any:
    return confirming.confirm_order(order_id=_order(user).pk, at=_now(), by=SYSTEM)


def _called_off(order: Any) -> Any:
    return orders.cancel_order(order_id=order.pk, reason="Called off", at=_now(), by=SYSTEM)


def confirm(user: Any) -> Scene:
    order = _order(user)
    return Scene(reverse("sales:order_confirm", args=[order.pk]), {}, lambda: _called_off(order))


def cancel(user: Any) -> Scene:
    order = _order(user)
    return Scene(
        reverse("sales:order_cancel", args=[order.pk]), {"reason": "Their budget is gone"},
        lambda: confirming.confirm_order(order_id=order.pk, at=_now(), by=SYSTEM),
    )  # fmt: skip


def ship(user: Any) -> Scene:
    order = _confirmed(user)
    line = order.lines.get()
    return Scene(
        reverse("sales:order_ship", args=[order.pk]), {f"qty-{line.pk}": "4", "carrier": "Norlink"},
        lambda: shipments.ship_order(order_id=order.pk, at=_now(), by=SYSTEM, lines={line.pk: Decimal(1)}),
    )  # fmt: skip


def deliver(user: Any) -> Scene:
    shipment = shipments.ship_order(order_id=_confirmed(user).pk, at=_now(), by=SYSTEM)
    today = timezone.localdate()
    return Scene(
        reverse("sales:shipment_delivered", args=[shipment.pk]), {"on": today.isoformat()},
        lambda: shipments.confirm_delivery(shipment_id=shipment.pk, on=today, at=_now(), by=SYSTEM),
    )  # fmt: skip


def ask_on_the_web(_nobody: Any) -> Scene:
    form = make_webform()
    return Scene(
        reverse("crm:webform_public", args=[form.key]),
        {"name": "Nora Field", "email": "nora@field.example", "message": "Three partitions"},
    )


ACTS = [
    Act("lead: answer", "seller", answer),
    Act("lead: make a deal", "seller", qualify),
    Act("lead: reject", "seller", reject),
    Act("deal: win without a quote", "administrator", win),
    Act(
        "deal: move", "seller", move, button=("to", "estimate"), form="stages", again="same", changes="Somebody changed"
    ),
    Act("deal: lose", "seller", lose),
    Act("quote: send", "seller", send),
    Act("quote: ask for approval", "seller", ask, again="same"),
    Act("approval: decide", "director", decide),
    Act("quote: accept", "seller", accept),
    Act("quote: refuse", "seller", refuse),
    Act(
        "quote: accept by link",
        "",
        accept_by_link,
        button=("accept", "1"),
        again="same",
        changes="does not suit you",
        form="answer-form",
    ),
    Act("order: confirm", "seller", confirm),
    Act("order: cancel", "administrator", cancel),
    Act("order: ship", "storekeeper", ship),
    Act("shipment: delivered", "storekeeper", deliver),
    Act("web form: send", "", ask_on_the_web, again="another"),
]
