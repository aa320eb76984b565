"""Clients, the legal entities behind them, and where interest comes from."""

from __future__ import annotations

from pydantic import Field

from core.api.filters import Filter, between, plain
from core.api.resources import Call, Change, Create, Resource, Verb, add
from core.api.types import (
    BranchId,
    Code,
    Country,
    CurrencyCode,
    Day,
    ExternalKey,
    Flag,
    Input,
    Language,
    Line,
    LongLine,
    Money,
    NoInput,
    OwnValues,
    Short,
    Small,
    Text,
    UserId,
    optional,
)
from crm.api.types import ClientId, LegalEntityId, SourceId
from crm.models import Client, LegalEntity, Source
from crm.services import clients


class ClientIn(Input):
    name: Line = Field(examples=["Bluehaven"])
    is_customer: Flag = True
    is_supplier: Flag = False
    is_person: Flag = False
    segment: Code = ""
    industry: Short = ""
    owner_id: UserId | None = None
    branch_id: BranchId | None = None
    credit_limit: Money | None = Field(None, description="In the organisation's currency; needs a right of its own.")
    first_source_id: SourceId | None = None
    language: Language = "en"
    note: Text = ""
    external_key: ExternalKey | None = Field(None, description="Your own key of it; every key once.")
    own: OwnValues | None = None


class Block(Input):
    reason: LongLine = Field(examples=["Unpaid invoices"])


class Unblock(Input):
    note: LongLine = ""


def _create(call: Call) -> Client:
    return clients.create_client(by=call.user, **call.values())


def _change(call: Call) -> Client:
    return clients.change_client(client_id=call.record.pk, by=call.user, changes=call.values(), version=call.version)


def _block(call: Call) -> Client:
    return clients.block_client(client_id=call.record.pk, reason=call.data.reason, at=call.at, by=call.user)


def _unblock(call: Call) -> Client:
    return clients.unblock_client(client_id=call.record.pk, note=call.data.note, at=call.at, by=call.user)


def _activate(call: Call) -> Client:
    return clients.activate_client(client_id=call.record.pk, at=call.at, by=call.user)


add(
    Resource(
        path="clients",
        model=Client,
        doc="Companies, groups and private buyers.",
        fields=(
            "name", "status", "is_customer", "is_supplier", "is_person", "segment", "industry", "owner_id", "branch_id",
            "credit_limit", "first_source_id", "language", "note",
        ),
        filters=plain(
            "status", "is_customer", "is_supplier", "segment", "industry", "owner_id", "branch_id", "external_key"
        ),
        sorts=("name", "created_at", "updated_at"),
        searched=True,
        create=Create(ClientIn, _create, "Enters a client. Without an owner it is yours."),
        change=Change(optional("ClientChange", ClientIn), _change),
        verbs=(
            Verb("block", _block, Block, "Stops new orders of a client until somebody unblocks him."),
            Verb("unblock", _unblock, Unblock, "Lets a blocked client order again."),
            Verb("activate", _activate, NoInput, "Makes a prospect or dormant client an active one."),
        ),
    )
)  # fmt: skip


class LegalEntityIn(Input):
    client_id: ClientId
    legal_name: Line = Field(examples=["Bluehaven Ltd"])
    account_number: Code = ""
    country: Country = Field("", examples=["DE"])
    tax_id: Code = ""
    billing_address: Text = ""
    shipping_address: Text = ""
    territory: Short = Field("", max_length=60)
    iban: Code = Field("", max_length=34)
    payment_days: Small = 14
    currency_id: CurrencyCode | None = None
    valid_from: Day | None = None
    external_key: ExternalKey | None = None


class EndEntity(Input):
    on: Day = Field(description="The last day of the entity.")
    successor_id: LegalEntityId | None = None


def _add_entity(call: Call) -> LegalEntity:
    return clients.add_legal_entity(by=call.user, **call.values())


def _change_entity(call: Call) -> LegalEntity:
    return clients.change_legal_entity(
        entity_id=call.record.pk, by=call.user, changes=call.values(), version=call.version
    )


def _end_entity(call: Call) -> LegalEntity:
    return clients.end_legal_entity(
        entity_id=call.record.pk, on=call.data.on, successor_id=call.data.successor_id, by=call.user
    )


add(
    Resource(
        path="legal-entities",
        model=LegalEntity,
        doc="Counterparties: who signs, is invoiced and pays.",
        fields=(
            "client_id", "legal_name", "account_number", "country", "tax_id", "billing_address", "shipping_address",
            "territory", "iban", "payment_days", "currency_id", "valid_from", "valid_to", "successor_id",
        ),
        filters=plain("client_id", "country", "tax_id", "territory", "account_number", "external_key"),
        sorts=("legal_name", "created_at", "updated_at"),
        create=Create(LegalEntityIn, _add_entity, "Adds a counterparty to a client."),
        change=Change(optional("LegalEntityChange", LegalEntityIn, without=["client_id"]), _change_entity),
        verbs=(Verb("end", _end_entity, EndEntity, "Says on which day it ends, and who continues it."),),
    ),
    Resource(
        path="sources",
        model=Source,
        doc="Where interest comes from.",
        fields=("code", "name", "channel", "utm_pattern", "parent_id", "is_active"),
        filters=(*plain("channel", "is_active", "parent_id"), Filter("code"), *between("created_at")),
        sorts=("code", "name"),
    ),
)  # fmt: skip
