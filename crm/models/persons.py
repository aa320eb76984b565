from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.db import Fold
from core.history import tracked
from core.models import Binnable, CustomValues, Entity, LockingQuerySet, Ownership
from crm.choices import Consent, ContactKind, PersonStatus
from crm.models.clients import Client, LegalEntity


@tracked
class Person(Binnable, CustomValues, Entity):
    """A human being with whom we talk, at one or several clients."""

    title = models.CharField(_("title"), max_length=20, blank=True)
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    middle_name = models.CharField(_("middle name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    suffix = models.CharField(_("suffix"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=20, blank=True)
    status = models.CharField(max_length=8, choices=PersonStatus.choices, default=PersonStatus.ACTIVE)
    language = models.CharField(_("language"), max_length=8, blank=True)
    owner = models.ForeignKey(
        "core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    clients = models.ManyToManyField(Client, through="crm.PersonRole", related_name="persons")

    ownership: ClassVar[Ownership] = Ownership(owner="owner")

    class Meta:
        verbose_name, verbose_name_plural = _("person"), _("persons")
        indexes = [models.Index(Fold("last_name"), "id", name="person_by_folded_name")]

    def __str__(self) -> str:
        return " ".join(part for part in (self.first_name, self.middle_name, self.last_name) if part)


class PersonRole(models.Model):
    """A person's place at a client, perhaps at one of its legal entities."""

    person = models.ForeignKey(  # found by `person_role_once`
        Person, on_delete=models.CASCADE, related_name="roles", db_index=False
    )
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="person_roles")
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    position = models.CharField(_("position"), max_length=120, blank=True)
    is_primary = models.BooleanField(_("primary contact"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "client", "legal_entity", "position"], name="person_role_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.position or str(self.person_id)


@tracked
class ContactPoint(models.Model):
    """One phone, mail or messenger of a person or a client; `normalised` is what is searched and matched."""

    person = models.ForeignKey(  # found by `contact_point_once`
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="contact_points", db_index=False
    )
    client = models.ForeignKey(Client, on_delete=models.CASCADE, null=True, blank=True, related_name="contact_points")
    kind = models.CharField(max_length=10, choices=ContactKind.choices)
    value = models.CharField(_("value"), max_length=320)
    normalised = models.CharField(max_length=320, editable=False)
    label = models.CharField(_("label"), max_length=40, blank=True)
    is_primary = models.BooleanField(_("primary"), default=False)
    consent = models.CharField(max_length=10, choices=Consent.choices, default=Consent.UNKNOWN)
    consent_at = models.DateTimeField(null=True, blank=True)
    consent_proof = models.CharField(_("proof of consent"), max_length=200, blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, client__isnull=True) | Q(person__isnull=True, client__isnull=False),
                name="contact_point_of_a_person_or_a_client",
            ),
            models.UniqueConstraint(
                fields=["person", "client", "kind", "normalised"], name="contact_point_once", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(is_primary=True, person__isnull=False),
                name="contact_point_one_primary_per_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "normalised"], name="contact_point_by_value"),
            # Few, and asked for whenever contacts come in: who said no stays unasked.
            models.Index(fields=["normalised"], condition=Q(consent=Consent.WITHDRAWN), name="contact_point_withdrawn"),
        ]

    def __str__(self) -> str:
        return self.value
