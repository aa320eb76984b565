"""What an administrator sets up for everybody: fields of the company's own, and functions that are switched off."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.choices import FieldKind, IndexState
from core.history import tracked, tracked_without
from core.models.base import Entity, LockingQuerySet, UUIDv7
from core.models.stamps import stamps

KEY_PATTERN = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
MOST_DIGITS = 6


class SetupStamp(models.Model):
    """One row that changes with all that is set up seldom and asked on every page. No row: nothing was ever set up.

    Own fields, switches, roles and who is in them, teams, legal entities and branches, saved and pinned views.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    stamp = models.UUIDField(db_default=UUIDv7())

    objects = LockingQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="setup_stamp_is_one_row")]

    def __str__(self) -> str:
        return str(self.stamp)


@tracked_without("index_state", "index_error")
class CustomField(Entity):
    """A field of the company's own on one kind of record. Records keep the value in `custom` under `key`.

    `model` names the kind of record (`crm.client`), `target` the kind that a link points to. `options` are the
    choices in their order: {"code", "label", "retired"}. `digits` are decimal places of numbers; money has those of
    its currency. Nobody named in `see_roles` means everybody who may see the record, nobody in `fill_roles`
    everybody who may see the field and change the record. A retired field (`is_active` false) keeps its values.
    """

    model = models.CharField(_("record"), max_length=60)
    key = models.CharField(
        _("key"),
        max_length=40,
        help_text=_("Name for import, export and other systems: small letters, digits and single underscores."),
    )
    label = models.CharField(_("label"), max_length=80)
    help = models.CharField(_("help"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=FieldKind.choices)
    options = models.JSONField(_("choices"), default=list, blank=True)
    target = models.CharField(_("links to"), max_length=60, blank=True)
    digits = models.PositiveSmallIntegerField(_("decimal places"), default=0)
    currency = models.ForeignKey(
        "core.Currency",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("currency"),
    )
    group = models.CharField(_("group"), max_length=80, blank=True)
    position = models.PositiveIntegerField(_("place"), default=0)
    is_required = models.BooleanField(_("required"), default=False)
    in_lists = models.BooleanField(_("stands in new lists"), default=False)
    on_papers = models.BooleanField(_("stands on papers"), default=False, db_default=False)
    is_active = models.BooleanField(_("in use"), default=True)
    see_roles = ArrayField(models.CharField(max_length=40), verbose_name=_("who may see it"), default=list, blank=True)
    fill_roles = ArrayField(
        models.CharField(max_length=40), verbose_name=_("who may fill it"), default=list, blank=True
    )
    is_indexed = models.BooleanField(_("fast filter"), default=False)
    index_state = models.CharField(max_length=8, choices=IndexState.choices, default=IndexState.NONE, editable=False)
    index_error = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("own field"), _("own fields")
        constraints = [
            models.UniqueConstraint(fields=["model", "key"], name="own_field_key_once_per_kind_of_record"),
            models.CheckConstraint(condition=Q(key__regex=KEY_PATTERN), name="own_field_key_is_a_plain_word"),
            models.CheckConstraint(condition=Q(kind__in=FieldKind.values), name="own_field_kind_is_known"),
            models.CheckConstraint(condition=Q(digits__lte=MOST_DIGITS), name="own_field_digits_are_few"),
            models.CheckConstraint(
                condition=~Q(kind="money") | Q(currency__isnull=False), name="own_field_of_money_has_a_currency"
            ),
            models.CheckConstraint(condition=~Q(kind="link") | ~Q(target=""), name="own_field_link_points_somewhere"),
            models.CheckConstraint(
                condition=~Q(kind__in=["choice", "choices"]) | ~Q(options=[]), name="own_field_choice_has_choices"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="own_field_keeps_its_key",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("model", "key"),
            ),
            stamps("own_field_stamps_the_setup"),
        ]

    def __str__(self) -> str:
        return self.label


@tracked
class SwitchedOff(models.Model):
    """A module or function that nobody uses here: its doors are closed, its data stays."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    at = models.DateTimeField(_("since"), db_default=Now())
    by = models.ForeignKey(
        "core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("switched-off function"), _("switched-off functions")
        triggers = [stamps("switched_off_stamps_the_setup")]

    def __str__(self) -> str:
        return self.code


@tracked
class SkippedStep(models.Model):
    """A step of the first set-up that somebody put aside; it can be taken up again."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    at = models.DateTimeField(_("since"), db_default=Now())
    by = models.ForeignKey(
        "core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("skipped step"), _("skipped steps")

    def __str__(self) -> str:
        return self.code
