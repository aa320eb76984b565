"""Deals: opened, moved along their pipeline, won or lost."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from core import events, policy
from core.actors import Actor, user_or_none
from core.models import Branch, Organization
from core.money import ZERO, cents
from core.quantities import qty as to_qty
from core.remembered import remembered_for_all
from core.services import records
from core.tax import line_net
from core.transactions import command
from crm.models import Client, Lead, LegalEntity
from sales.choices import DealStatus, LossReason, QuoteStatus, StageCategory
from sales.errors import AmountFromLines, DealClosed, ForeignEntity, LineOutOfRange, NoPipeline, ReasonMissing
from sales.events import DealLost, DealWon
from sales.models import Deal, DealCompetitor, DealLine, DealRole, Pipeline, Quote, Stage
from sales.services.path import begin_path, find_stage, require_duties_done, stage_of, take_step

logger = logging.getLogger(__name__)


@command
def open_deal(
    *,
    name: str,
    at: datetime,
    by: Actor,
    client_id: int | None = None,
    amount: Decimal = ZERO,
    pipeline_code: str | None = None,
    stage_code: str | None = None,
    owner_id: int | None = None,
    source_id: int | None = None,
    legal_entity_id: int | None = None,
    organization_id: int | None = None,
    branch_id: int | None = None,
    lead_id: int | None = None,
    expected_close: date | None = None,
) -> Deal:
    """Open a chance to sell, worth `amount` net in the organisation's currency. Each call opens one.

    Default pipeline, first stage, the client's branch and first source, and the user as owner unless told
    otherwise. A lead that has a deal returns that one. Raises NoPipeline, NoSuchStage, ForeignEntity.
    """
    policy.require(by, "sales.open_deal")
    if lead_id is not None:
        Lead.objects.locked().get(pk=lead_id)
        first = Deal.objects.filter(lead_id=lead_id).first()
        if first is not None:
            return first
    client = Client.objects.get(pk=client_id) if client_id is not None else None
    if branch_id is None and client is not None:
        branch_id = client.branch_id
    organization, branch = _place(organization_id, branch_id)
    pipeline = _pipeline(pipeline_code)
    deal = Deal(
        name=name.strip(), organization=organization, branch=branch, client=client, lead_id=lead_id,
        source_id=source_id or (client.first_source_id if client else None), pipeline=pipeline,
        amount=cents(amount), currency_id=organization.currency_id, owner_id=owner_id or by.pk, opened_at=at,
        expected_close=expected_close, created_by=user_or_none(by),
    )  # fmt: skip
    if legal_entity_id is not None:
        deal.legal_entity = own_entity(deal, legal_entity_id)
    deal.stage = find_stage(deal, stage_code or "")
    deal.probability = deal.stage.probability
    deal.save()
    begin_path(deal, at=at, by=by)
    logger.info("deal opened", extra={"deal_id": deal.pk})
    return deal


def _place(organization_id: int | None, branch_id: int | None) -> tuple[Organization, Branch | None]:
    if branch_id is not None:
        branch = Branch.objects.select_related("organization").get(pk=branch_id)
        return branch.organization, branch
    organizations = Organization.objects.filter(is_active=True).order_by("pk")
    organization = organizations.first() if organization_id is None else Organization.objects.get(pk=organization_id)
    if organization is None:
        raise Organization.DoesNotExist
    return organization, Branch.objects.filter(organization=organization, is_active=True).order_by("pk").first()


def _pipeline(code: str | None) -> Pipeline:
    active = Pipeline.objects.filter(is_active=True).order_by("-is_default", "pk")
    pipeline = (active if code is None else active.filter(code=code)).first()
    if pipeline is None or not Stage.objects.filter(pipeline=pipeline, category=StageCategory.OPEN).exists():
        raise NoPipeline(code=code or "")
    return pipeline


def own_entity(deal: Deal, legal_entity_id: int) -> LegalEntity:
    """A legal entity of the deal's client. Raises ForeignEntity."""
    entity = LegalEntity.objects.select_related("client").get(pk=legal_entity_id)
    if deal.client_id is not None and entity.client_id != deal.client_id:
        raise ForeignEntity(entity=entity, deal=deal)
    return entity


@remembered_for_all
def _under_lock(key: Any) -> QuerySet[Any]:
    return Deal.objects.locked().select_related("pipeline", "organization").filter(pk=key)


def locked_deal(deal_id: int, by: Actor, action: str) -> Deal:
    """Read a deal under its lock and check the right to `action`. Its stage is read after the lock (two statements)."""
    found: list[Deal] = _under_lock(deal_id)
    if not found:
        raise Deal.DoesNotExist
    deal = found[0]
    deal.stage = stage_of(deal)
    policy.require(by, action, deal)
    return deal


@command
def move_deal(
    *, deal_id: int, stage_code: str, at: datetime, by: Actor, version: int | None = None, skip_reason: str = ""
) -> Deal:
    """Move an open deal to another open stage. Where it stands already nothing changes, from whichever version.

    Required duties of the stage it leaves must be done, unless somebody with the right to skip them says why.
    Locks the deal. Raises DealClosed, NoSuchStage, DutiesOpen, StaleVersion, StepBeforeLast.
    """
    deal = locked_deal(deal_id, by, "sales.move_deal")
    if deal.status != DealStatus.OPEN:
        deal.expect_version(version)
        raise DealClosed(deal=deal, status=deal.get_status_display())
    stage = find_stage(deal, stage_code)
    if stage.pk == deal.stage_id:
        return deal
    deal.expect_version(version)
    if skip_reason.strip():
        policy.require(by, "sales.skip_duties", deal)
        records.note_status(deal, old=deal.status, new=deal.status, at=at, by=by, note=skip_reason.strip())
    else:
        require_duties_done(deal)
    take_step(deal, at=at, by=by, stage=stage)
    return deal


@command
def change_amount(
    *,
    deal_id: int,
    at: datetime,
    by: Actor,
    amount: Decimal | None = None,
    probability: int | None = None,
    version: int | None = None,
) -> Deal:
    """Change what an open deal is worth or how likely it is. The same values again change nothing.

    Locks the deal. Raises AmountFromLines, DealClosed, AmountNegative, ProbabilityOutOfRange, StaleVersion.
    """
    deal = locked_deal(deal_id, by, "sales.move_deal")
    deal.expect_version(version)
    if amount is not None and cents(amount) != deal.amount and deal.lines.exists():
        raise AmountFromLines(deal=deal)
    take_step(deal, at=at, by=by, amount=None if amount is None else cents(amount), probability=probability)
    return deal


@dataclass(frozen=True)
class DealLineDraft:
    """`qty` of an item (base unit) at a net `unit_price` less a discount in percent; `net` when fixed elsewhere."""

    qty: Decimal
    unit_price: Decimal
    item_id: int | None = None
    discount_pct: Decimal = ZERO
    text: str = ""
    net: Decimal | None = None


@command
def set_lines(*, deal_id: int, lines: Sequence[DealLineDraft], by: Actor, at: datetime) -> Deal:
    """Replace the lines of an open deal; its amount becomes their sum. The same lines again change nothing.

    Without lines the amount stays as it is. Locks the deal. Raises DealClosed, LineOutOfRange.
    """
    deal = locked_deal(deal_id, by, "sales.move_deal")
    if deal.status != DealStatus.OPEN:
        raise DealClosed(deal=deal, status=deal.get_status_display())
    take_step(deal, at=at, by=by, amount=replace_lines(deal, lines))
    return deal


def replace_lines(deal: Deal, lines: Sequence[DealLineDraft]) -> Decimal | None:
    """Store the lines of a locked deal (three statements at most) and return their sum; the caller takes the step."""
    for line in lines:
        if line.qty <= 0 or line.unit_price < 0 or not 0 <= line.discount_pct <= 100:
            raise LineOutOfRange(sku=line.text or line.item_id or "")
    rows = [
        DealLine(
            deal=deal, position=position, item_id=line.item_id, text=line.text, qty=to_qty(line.qty),
            unit_price=line.unit_price, discount_pct=line.discount_pct,
            net_amount=line_net(qty=to_qty(line.qty), price=line.unit_price, discount_pct=line.discount_pct)
            if line.net is None else line.net,
        )
        for position, line in enumerate(lines, start=1)
    ]  # fmt: skip
    if [_facts(row) for row in rows] != [_facts(row) for row in deal.lines.order_by("position")]:
        deal.lines.all().delete()
        DealLine.objects.bulk_create(rows)
    return sum((row.net_amount for row in rows), ZERO) if rows else None


def _facts(line: DealLine) -> tuple[object, ...]:
    return (line.item_id, line.text, line.qty, line.unit_price, line.discount_pct, line.net_amount)


@command
def lose_deal(*, deal_id: int, reason: str, at: datetime, by: Actor, note: str = "", stage_code: str = "") -> Deal:
    """Close a deal as lost, with its reason; a sent quote is refused with it. Losing twice changes nothing.

    Locks the deal, then its quote. Raises ReasonMissing, and DealClosed for a won one.
    """
    deal = locked_deal(deal_id, by, "sales.close_deal")
    if deal.status == DealStatus.LOST:
        return deal
    if reason not in LossReason.values:
        raise ReasonMissing()
    stage = find_stage(deal, stage_code, category=StageCategory.LOST)
    take_step(deal, at=at, by=by, stage=stage, lost_reason=reason, lost_note=note)
    for quote in Quote.objects.locked().filter(deal=deal, status=QuoteStatus.SENT):
        quote.status, quote.decided_at = QuoteStatus.REFUSED, at
        quote.save(update_fields=["status", "decided_at"])
        records.note_status(quote, old=QuoteStatus.SENT, new=QuoteStatus.REFUSED, at=at, by=by)
    events.publish(DealLost(deal_id=deal.pk))
    logger.info("deal lost", extra={"deal_id": deal.pk, "reason": reason})
    return deal


@command
def win_without_quote(*, deal_id: int, reason: str, at: datetime, by: Actor) -> Deal:
    """Close a deal as won although no quote was accepted; the reason is kept. Winning twice changes nothing.

    Locks the deal. Raises ReasonMissing, and DealClosed for a lost one.
    """
    deal = locked_deal(deal_id, by, "sales.win_without_quote")
    if deal.status == DealStatus.WON:
        return deal
    if not reason.strip():
        raise ReasonMissing()
    stage = find_stage(deal, "", category=StageCategory.WON)
    take_step(deal, at=at, by=by, stage=stage, won_without_quote=reason.strip())
    events.publish(DealWon(deal_id=deal.pk))
    logger.info("deal won without a quote", extra={"deal_id": deal.pk})
    return deal


@command
def add_role(*, deal_id: int, person_id: int, role: str, by: Actor, legal_entity_id: int | None = None) -> DealRole:
    """Say what a person is to a deal (decides, uses, pays, influences); the same role twice is one."""
    deal = locked_deal(deal_id, by, "sales.move_deal")
    found, _created = DealRole.objects.get_or_create(
        deal=deal, person_id=person_id, role=role, defaults={"legal_entity_id": legal_entity_id}
    )
    return found


@command
def add_competitor(
    *, deal_id: int, name: str, by: Actor, price: Decimal | None = None, note: str = ""
) -> DealCompetitor:
    """Note a competitor of a deal, perhaps with a price; the same name again brings the note up to date."""
    deal = locked_deal(deal_id, by, "sales.move_deal")
    found, _created = DealCompetitor.objects.update_or_create(
        deal=deal, name=name.strip(), defaults={"price": price, "note": note}
    )
    return found
