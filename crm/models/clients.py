from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.db import Fold
from core.history import tracked
from core.models import Binnable, CustomValues, Entity, Ownership, money_field
from crm.choices import ClientStatus, SourceChannel


@tracked
class Source(Entity):
    """Where interest comes from: a tree of channels; campaigns of marketing hang on it."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    channel = models.CharField(_("channel"), max_length=12, choices=SourceChannel.choices, default=SourceChannel.OTHER)
    utm_pattern = models.CharField(_("UTM campaign"), max_length=120, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(pk=F("parent")), name="source_is_not_its_own_parent")]

    def __str__(self) -> str:
        return self.name


@tracked
class Client(Binnable, CustomValues, Entity):
    """The relation: a company, group or private buyer, with one or several legal entities behind it.

    `credit_limit` is in the organisation's currency; None means no limit was set.
    """

    name = models.CharField(_("name"), max_length=200)
    status = models.CharField(max_length=10, choices=ClientStatus.choices, default=ClientStatus.PROSPECT)
    is_customer = models.BooleanField(_("customer"), default=True)
    is_supplier = models.BooleanField(_("supplier"), default=False)
    is_person = models.BooleanField(_("private person"), default=False)
    segment = models.CharField(_("segment"), max_length=40, blank=True)
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    owner = models.ForeignKey(
        "core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="clients", verbose_name=_("owner")
    )
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    credit_limit = money_field(_("credit limit"), null=True, blank=True)
    first_source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("first source")
    )
    language = models.CharField(_("language"), max_length=8, default="en")
    note = models.TextField(_("note"), blank=True)

    ownership: ClassVar[Ownership] = Ownership(owner="owner", branch="branch")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(credit_limit__isnull=True) | Q(credit_limit__gte=0), name="client_credit_limit_not_negative"
            ),
        ]
        indexes = [
            GinIndex(OpClass(Lower("name"), name="gin_trgm_ops"), name="client_name_trigrams"),
            models.Index(Fold("name"), "id", name="client_by_folded_name"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked
class LegalEntity(Entity):
    """A counterparty: who signs, is invoiced and pays. Documents freeze it; reports sum by client.

    `valid_to` is the last day; a successor continues it inside the same client.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="legal_entities")
    legal_name = models.CharField(_("legal name"), max_length=200)
    account_number = models.CharField(_("account number"), max_length=40, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    tax_id = models.CharField(_("tax number"), max_length=40, blank=True)
    billing_address = models.TextField(_("billing address"), blank=True)
    shipping_address = models.TextField(_("delivery address"), blank=True)
    territory = models.CharField(_("territory"), max_length=60, blank=True)
    iban = models.CharField("IBAN", max_length=34, blank=True)
    payment_days = models.PositiveSmallIntegerField(_("payment term, days"), default=14)
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors")

    ownership: ClassVar[Ownership] = Ownership(owner="client__owner", branch="client__branch")

    class Meta:
        verbose_name_plural = _("legal entities")
        constraints = [
            models.UniqueConstraint(
                fields=["country", "tax_id"], condition=~Q(tax_id=""), name="legal_entity_tax_number_once_per_country"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="legal_entity_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(pk=F("successor")), name="legal_entity_does_not_succeed_itself"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="legal_entity_successor_of_same_client",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("successor_id", "client_id"),
                condition=pgtrigger.Q(new__successor__isnull=False),
                func=(
                    "IF (SELECT client_id FROM crm_legalentity WHERE id = NEW.successor_id) <> NEW.client_id THEN"
                    " RAISE EXCEPTION 'legal entity % is continued by one of another client', NEW.id"
                    " USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.legal_name
