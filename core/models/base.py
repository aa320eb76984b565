from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.base import ModelState
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.errors import StaleVersion
from core.models.writing import PlannedWrites
from core.ownership import NOBODYS, Ownership

if TYPE_CHECKING:
    from core.actors import Actor


class UUIDv7(models.Func):
    """A time-ordered uuid made by PostgreSQL 18."""

    function = "uuidv7"
    template = "%(function)s()"
    output_field = models.UUIDField()


class LockingQuerySet(models.QuerySet):
    """`locked()` takes row locks in one order everywhere: the model's `lock_order`, else the primary key.

    A relation that can change must not be joined to a locked read with `select_related`: after waiting for a
    rival PostgreSQL compares the changed row with the related row read before, and finds none. Such a relation
    is read after the lock with `prefetch_related`.
    """

    def locked(self) -> Self:
        order = getattr(self.model, "lock_order", ("pk",))
        return self.order_by(*order).select_for_update(of=("self",), no_key=True)


class ScopedQuerySet(LockingQuerySet):
    """Rows that a user may see, by the policy and the model's `ownership`."""

    def visible_to(self, user: Actor, action: str | None = None) -> Self:
        """Narrow to what `user` may see; `action` defaults to `<app>.view_<model>`."""
        from core import policy

        wanted = action or f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"
        rows = self.filter(policy.reach_q(user, wanted, self.model))
        return rows.filter(binned_at=None) if issubclass(self.model, Binnable) else rows

    def in_bin_of(self, user: Actor, action: str) -> Self:
        """What `user` could see with `action`, were it not in the bin."""
        from core import policy

        return self.filter(policy.reach_q(user, action, self.model), binned_at__isnull=False)


class QuickRows(PlannedWrites):
    """Rows become objects without the detours of `Model.__init__`, which a list of hundreds of rows feels.

    For models whose fields all keep their value in the object as it is (none with files), and while nobody listens to
    `pre_init` and `post_init`; a test watches over both.
    """

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> Self:
        made = cls.__new__(cls)
        made.__dict__.update(zip(field_names, values, strict=True))
        made._state = state = ModelState()
        state.adding, state.db = False, db
        return made


class Entity(QuickRows):
    """A record that people edit: public uuid, who and when, and a version against lost updates.

    `version` grows with each `save()`; a form sends back the version it was filled from and the service calls
    `expect_version` under the lock.
    """

    uuid = models.UUIDField(_("public id"), unique=True, editable=False, db_default=UUIDv7())
    created_at = models.DateTimeField(_("created at"), editable=False, db_default=Now())
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    external_key = models.CharField(_("external key"), max_length=80, null=True, blank=True, unique=True)

    objects = ScopedQuerySet.as_manager()
    ownership: ClassVar[Ownership] = NOBODYS

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            self.version += 1
            fields = kwargs.get("update_fields")
            if fields is not None:
                kwargs["update_fields"] = {*fields, "version", "updated_at"}
        super().save(*args, **kwargs)

    def expect_version(self, expected: int | None) -> None:
        """Raise StaleVersion when the record moved on since `expected`; None means the caller holds no copy."""
        if expected is not None and expected != self.version:
            raise StaleVersion(current=self.version, expected=expected)


class Binnable(models.Model):
    """A record that can be put into the bin: nobody finds it any more, its documents stay, and it can come back."""

    binned_at = models.DateTimeField(_("in the bin since"), null=True, blank=True, editable=False)
    binned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True


class CustomValues(models.Model):
    """A record that an administrator gives fields of the company's own; `custom` maps their keys to plain values.

    `change_action` is the right to fill them where no register of the record names one.
    """

    change_action: ClassVar[str] = ""

    custom = models.JSONField(
        _("own fields"),
        default=dict,
        db_default=models.Value({}, output_field=models.JSONField()),
        blank=True,
        editable=False,
    )

    class Meta:
        abstract = True


class Both(pgtrigger.Condition):
    """Two trigger conditions that must hold together."""

    def __init__(self, first: pgtrigger.Condition, second: pgtrigger.Condition) -> None:
        self.first, self.second = first, second

    def resolve(self, model: type[models.Model]) -> str:
        return f"(({self.first.resolve(model)}) AND ({self.second.resolve(model)}))"


def append_only(name: str) -> pgtrigger.Protect:
    """The trigger of a ledger: rows come in and are never changed or removed."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


def frozen_when(name: str, condition: pgtrigger.Condition, *, except_fields: list[str]) -> pgtrigger.Protect:
    """Refuse changes of a posted document in any field but its caches (`except_fields`)."""
    return pgtrigger.Protect(
        name=name,
        operation=pgtrigger.Update,
        condition=Both(condition, pgtrigger.AnyChange(exclude=except_fields)),
    )


def kept_when(name: str, condition: pgtrigger.Condition) -> pgtrigger.Protect:
    """Refuse to delete a posted document."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Delete, condition=condition)


def money_field(label: Any = None, *, exact: bool = False, **kwargs: Any) -> models.DecimalField:
    """An amount: two places. `exact` keeps four, for imported history that was kept finer than a cent."""
    return models.DecimalField(label, max_digits=18, decimal_places=4 if exact else 2, **kwargs)


def price_field(label: Any = None, **kwargs: Any) -> models.DecimalField:
    """Price or cost of one unit: six places."""
    return models.DecimalField(label, max_digits=18, decimal_places=6, **kwargs)


def qty_field(label: Any = None, **kwargs: Any) -> models.DecimalField:
    """A quantity in the item's base unit: four places."""
    return models.DecimalField(label, max_digits=18, decimal_places=4, **kwargs)


def percent_field(label: Any = None, **kwargs: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=7, decimal_places=4, **kwargs)
