from datetime import time

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.choices import Weekday
from core.history import tracked, tracked_without
from core.models.base import Entity, LockingQuerySet, percent_field
from core.models.stamps import stamps


@tracked
class Currency(models.Model):
    code = models.CharField(_("code"), max_length=3, primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=2)

    class Meta:
        verbose_name_plural = _("currencies")

    def __str__(self) -> str:
        return self.code


@tracked
class ExchangeRate(models.Model):
    """How many units of `quote` one unit of `base` buys on a day."""

    base = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="+", verbose_name=_("base"))
    quote = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    rate = models.DecimalField(max_digits=18, decimal_places=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["base", "quote", "on"], name="exchange_rate_one_per_pair_and_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_positive"),
            models.CheckConstraint(condition=~Q(base=F("quote")), name="exchange_rate_between_two_currencies"),
        ]

    def __str__(self) -> str:
        return f"{self.base_id}/{self.quote_id} {self.on}"


@tracked
class Tax(models.Model):
    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name_plural = _("taxes")

    def __str__(self) -> str:
        return self.name


@tracked
class TaxRate(models.Model):
    """The percentage of a tax in a period; periods of one tax never overlap."""

    tax = models.ForeignKey(Tax, on_delete=models.PROTECT, related_name="rates")
    percent = percent_field(_("percent"))
    valid = DateRangeField(_("valid"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="tax_rate_is_a_percentage"),
            ExclusionConstraint(
                name="tax_rate_one_at_a_time",
                expressions=[("tax", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("Another rate of this tax covers part of that period."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tax_id}: {self.percent} %"


@tracked
class WorkCalendar(models.Model):
    """Working time of a branch, a work centre or a person, in its own time zone."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")

    def __str__(self) -> str:
        return self.name


@tracked
class WorkShift(models.Model):
    """A stretch of working time on a weekday, [starts, ends); an end of 00:00 is midnight, the end of the day."""

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")) | Q(ends=time(0)), name="work_shift_ends_after_start"
            ),
            models.UniqueConstraint(fields=["calendar", "weekday", "starts"], name="work_shift_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts}–{self.ends}"


@tracked
class Holiday(models.Model):
    """A day on which a calendar does not work."""

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, related_name="holidays")
    on = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "on"], name="holiday_once_per_calendar")]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"


@tracked
class Organization(Entity):
    """Own legal entity: who issues the documents."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200)
    tax_id = models.CharField(_("tax number"), max_length=40, blank=True)
    address = models.TextField(_("address"), blank=True)
    currency = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="+")
    calendar = models.ForeignKey(WorkCalendar, on_delete=models.PROTECT, related_name="+")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        triggers = [stamps("organization_stamps_the_setup")]

    def __str__(self) -> str:
        return self.name


@tracked
class Branch(Entity):
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="branches")
    code = models.SlugField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    address = models.TextField(_("address"), blank=True, default="")
    calendar = models.ForeignKey(WorkCalendar, on_delete=models.PROTECT, related_name="+")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name_plural = _("branches")
        constraints = [models.UniqueConstraint(fields=["organization", "code"], name="branch_code_once")]
        triggers = [stamps("branch_stamps_the_setup")]

    def __str__(self) -> str:
        return self.name


@tracked_without("next_number")
class NumberSequence(models.Model):
    """One row per series and year. `pattern` is filled with {year} and {n}, like `INV-{year}-{n:05d}`.

    Gap-free series take `next_number` under the row lock in the posting transaction; others use a PostgreSQL
    sequence, which may leave gaps but never waits.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=40)
    year = models.PositiveSmallIntegerField()
    pattern = models.CharField(_("pattern"), max_length=60)
    gap_free = models.BooleanField(_("without gaps"), default=False)
    next_number = models.PositiveBigIntegerField(default=1)

    objects = LockingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "branch", "kind", "year"], name="number_sequence_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}"
