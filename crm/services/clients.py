"""Clients and the legal entities behind them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core import policy
from core.actors import Actor, user_or_none
from core.errors import InvalidValue
from core.services import records
from core.transactions import command
from crm.choices import ClientStatus
from crm.errors import (
    CreditLimitNegative,
    EndsBeforeItBegins,
    ForeignSuccessor,
    NameMissing,
    ReasonMissing,
    SuccessorCircle,
    TaxNumberTaken,
)
from crm.models import Client, LegalEntity

CLIENT_FIELDS = frozenset({
    "name", "is_customer", "is_supplier", "is_person", "segment", "industry", "owner_id", "branch_id",
    "credit_limit", "first_source_id", "language", "note", "external_key", "status",
})  # fmt: skip
ENTITY_FIELDS = frozenset({
    "legal_name", "account_number", "country", "tax_id", "billing_address", "shipping_address", "territory", "iban",
    "payment_days", "currency_id", "valid_from", "external_key",
})  # fmt: skip


@command
def create_client(*, name: str, by: Actor, **fields: Any) -> Client:
    """Enter a client; `fields` are those of CLIENT_FIELDS. Each call makes one.

    Without an owner the user himself takes it. Raises NameMissing, CreditLimitNegative, NotAllowed (a credit
    limit needs its own right).
    """
    policy.require(by, "crm.create_client")
    _check_client(by, {"name": name, **fields})
    fields.setdefault("owner_id", by.pk)
    return Client.objects.create(name=name.strip(), created_by=user_or_none(by), **fields)


@command
def change_client(*, client_id: int, by: Actor, changes: dict[str, Any], version: int | None = None) -> Client:
    """Change fields of CLIENT_FIELDS but the status. Locks the client. Raises StaleVersion and as create_client."""
    client = Client.objects.locked().get(pk=client_id)
    policy.require(by, "crm.change_client", client)
    client.expect_version(version)
    _check_client(by, changes, known=CLIENT_FIELDS - {"status"})
    return _save_changes(client, changes, by)


def _check_client(by: Actor, fields: dict[str, Any], *, known: frozenset[str] = CLIENT_FIELDS) -> None:
    for field in sorted(set(fields) - known):
        raise InvalidValue(field=field, problem="unknown")
    if "name" in fields and not fields["name"].strip():
        raise NameMissing()
    limit: Decimal | None = fields.get("credit_limit")
    if limit is not None:
        policy.require(by, "crm.change_credit_limit")
        if limit < 0:
            raise CreditLimitNegative(limit=limit)


def _save_changes(record: Any, changes: dict[str, Any], by: Actor) -> Any:
    """Save only what is different, so that saving the same form again changes nothing."""
    different = {name: value for name, value in changes.items() if getattr(record, name) != value}
    if different:
        for name, value in different.items():
            setattr(record, name, value)
        record.updated_by = user_or_none(by)
        record.save(update_fields=[*different, "updated_by"])
    return record


@command
def block_client(*, client_id: int, reason: str, at: datetime, by: Actor) -> Client:
    """Stop new orders of a client until somebody unblocks him; the reason is kept. Blocking twice changes nothing."""
    client = Client.objects.locked().get(pk=client_id)
    policy.require(by, "crm.block_client", client)
    if not reason.strip():
        raise ReasonMissing()
    return _move_status(client, ClientStatus.BLOCKED, at=at, by=by, note=reason.strip())


@command
def unblock_client(*, client_id: int, at: datetime, by: Actor, note: str = "") -> Client:
    """Let a blocked client order again. One that is not blocked stays as he is."""
    client = Client.objects.locked().get(pk=client_id)
    policy.require(by, "crm.block_client", client)
    if client.status != ClientStatus.BLOCKED:
        return client
    return _move_status(client, ClientStatus.ACTIVE, at=at, by=by, note=note)


@command
def activate_client(*, client_id: int, at: datetime, by: Actor) -> Client:
    """A prospect or dormant client bought something. A blocked one stays blocked."""
    client = Client.objects.locked().get(pk=client_id)
    policy.require(by, "crm.change_client", client)
    if client.status not in {ClientStatus.PROSPECT, ClientStatus.DORMANT}:
        return client
    return _move_status(client, ClientStatus.ACTIVE, at=at, by=by)


def _move_status(client: Client, status: ClientStatus, *, at: datetime, by: Actor, note: str = "") -> Client:
    if client.status != status:
        records.note_status(client, old=client.status, new=status, at=at, by=by, note=note)
        client.status, client.updated_by = status, user_or_none(by)
        client.save(update_fields=["status", "updated_by"])
    return client


@command
def add_legal_entity(*, client_id: int, legal_name: str, by: Actor, **fields: Any) -> LegalEntity:
    """Add a counterparty to a client; `fields` are those of ENTITY_FIELDS. Each call makes one.

    Raises NameMissing and TaxNumberTaken.
    """
    client = Client.objects.locked().get(pk=client_id)
    policy.require(by, "crm.change_client", client)
    _check_entity({"legal_name": legal_name, **fields}, country=fields.get("country", ""))
    return LegalEntity.objects.create(
        client=client, legal_name=legal_name.strip(), created_by=user_or_none(by), **fields
    )


@command
def change_legal_entity(
    *, entity_id: int, by: Actor, changes: dict[str, Any], version: int | None = None
) -> LegalEntity:
    """Change fields of ENTITY_FIELDS. Posted documents keep what they froze. Locks the entity."""
    entity = LegalEntity.objects.locked().select_related("client").get(pk=entity_id)
    policy.require(by, "crm.change_client", entity)
    entity.expect_version(version)
    _check_entity(changes, country=changes.get("country", entity.country), entity_id=entity.pk)
    return _save_changes(entity, changes, by)


def _check_entity(fields: dict[str, Any], *, country: str, entity_id: int | None = None) -> None:
    for field in sorted(set(fields) - ENTITY_FIELDS):
        raise InvalidValue(field=field, problem="unknown")
    if "legal_name" in fields and not fields["legal_name"].strip():
        raise NameMissing()
    if fields.get("tax_id"):
        twin = LegalEntity.objects.filter(country=country, tax_id=fields["tax_id"]).first()
        if twin is not None and twin.pk != entity_id:
            raise TaxNumberTaken(tax_id=fields["tax_id"], legal_name=twin.legal_name)


@command
def end_legal_entity(*, entity_id: int, on: date, by: Actor, successor_id: int | None = None) -> LegalEntity:
    """`on` is the entity's last day; a successor of the same client may continue it.

    Ending it again with the same day and successor changes nothing. Locks both entities. Raises
    EndsBeforeItBegins, ForeignSuccessor and SuccessorCircle.
    """
    wanted = [entity_id] if successor_id is None else [entity_id, successor_id]
    found = {
        entity.pk: entity for entity in LegalEntity.objects.locked().select_related("client").filter(pk__in=wanted)
    }
    entity = found[entity_id]
    policy.require(by, "crm.change_client", entity)
    if entity.valid_from and on < entity.valid_from:
        raise EndsBeforeItBegins(entity=entity, valid_from=entity.valid_from, on=on)
    if successor_id is not None:
        successor = found[successor_id]
        if successor.client_id != entity.client_id:
            raise ForeignSuccessor(successor=successor, entity=entity)
        if _leads_to(successor, entity.pk):
            raise SuccessorCircle(successor=successor, entity=entity)
    return _save_changes(entity, {"valid_to": on, "successor_id": successor_id}, by)


def _leads_to(entity: LegalEntity, goal: int) -> bool:
    follows = dict(LegalEntity.objects.filter(client_id=entity.client_id).values_list("pk", "successor_id"))
    step: int | None = entity.pk
    seen: set[int] = set()
    while step is not None and step not in seen:
        if step == goal:
            return True
        seen.add(step)
        step = follows.get(step)
    return False
