from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models import Entity, percent_field, price_field, qty_field


@tracked
class PriceList(Entity):
    """Prices in one currency, for everybody or for a segment, a branch, a client or one legal entity."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT, related_name="+")
    tax_included = models.BooleanField(_("prices include tax"), default=False)
    segment = models.CharField(_("segment"), max_length=40, blank=True)
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    client = models.ForeignKey("crm.Client", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    legal_entity = models.ForeignKey(
        "crm.LegalEntity", on_delete=models.PROTECT, null=True, blank=True, related_name="price_lists"
    )
    is_active = models.BooleanField(_("active"), default=True)

    def __str__(self) -> str:
        return self.name


class PriceRule(models.Model):
    """A price, or a percentage off the general price, for an item or a category, from a quantity, in a period."""

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="rules")
    item = models.ForeignKey(
        "inventory.Item", on_delete=models.CASCADE, null=True, blank=True, related_name="price_rules"
    )
    category = models.ForeignKey(
        "inventory.ItemCategory", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    min_qty = qty_field(_("from quantity"), default=Decimal(0))
    valid = DateRangeField(_("valid"), null=True, blank=True)
    price = price_field(_("price"), null=True, blank=True)
    percent_off = percent_field(_("% off the general price"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(price__isnull=False, percent_off__isnull=True, price__gte=0)
                | Q(price__isnull=True, percent_off__isnull=False, percent_off__gte=0, percent_off__lte=100),
                name="price_rule_price_or_percentage",
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=True) | Q(category__isnull=True), name="price_rule_item_or_category"
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(item__isnull=False), name="price_rule_price_names_an_item"
            ),
        ]
        indexes = [models.Index(fields=["item", "price_list"], name="price_rule_of_item")]

    def __str__(self) -> str:
        return f"{self.price_list_id}: {self.item_id or self.category_id}"


@tracked
class DiscountPolicy(models.Model):
    """How far a role may go without asking: discount per line, and margin of the quote at least."""

    role = models.OneToOneField("core.Role", on_delete=models.CASCADE, related_name="discount_policy")
    max_discount_pct = percent_field(_("highest discount, %"))
    min_margin_pct = percent_field(_("lowest margin, %"), null=True, blank=True)

    class Meta:
        verbose_name_plural = _("discount policies")

    def __str__(self) -> str:
        return f"{self.role_id}: {self.max_discount_pct}"
