from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.prepared import prepared
from core.ui import registers
from core.ui.filters import RecordFilter
from core.ui.forms import RecordForm
from core.ui.registers import Register
from core.ui.tables import Column, Kind
from crm.models import LegalEntity
from sales.models import PriceList, PriceRule
from sales.services.pricing import change_price_list, create_price_list


class PriceListForm(RecordForm):
    class Meta:
        model = PriceList
        fields = (
            "code",
            "name",
            "currency",
            "tax_included",
            "segment",
            "branch",
            "client",
            "legal_entity",
            "is_active",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """One of the chosen client's legal entities: never a list of all there are."""
        super().__init__(*args, **kwargs)
        if "legal_entity" in self.fields:
            client = self.data.get("client") or getattr(self.record, "client_id", None)
            own = LegalEntity.objects.filter(client=client if str(client or "").isdigit() else None)
            self.fields["legal_entity"].queryset = own.order_by("legal_name")  # type: ignore[attr-defined]
            self.fields["legal_entity"].help_text = _("Of the client above; it can be chosen once the client is saved.")


class PriceListFilter(RecordFilter):
    is_active = django_filters.BooleanFilter(label=_("Active"))
    segment = django_filters.CharFilter(lookup_expr="iexact", label=_("Segment"))

    class Meta:
        model = PriceList
        fields = ()


@prepared
def _rules(ids: Any, _user: Any) -> QuerySet[Any, Any]:
    rows = PriceRule.objects.filter(price_list__in=ids)
    return rows.order_by().values("price_list").annotate(count=Count("pk")).values_list("price_list", "count")


def rule_counts(ids: list[int], user: Any) -> dict[int, int]:
    """How many prices each list holds."""
    return {**dict.fromkeys(ids, 0), **dict(_rules(ids, user))}


def holds_for(prices: PriceList) -> str:
    """Whom a list is for, the most particular part first."""
    named = (prices.legal_entity, prices.client, prices.segment, prices.branch)
    return ", ".join(str(part) for part in named if part) or str(_("Everybody"))


@registers.add
class PriceLists(Register):
    """Prices for everybody, a segment, a branch, a client or one legal entity."""

    model, name, plural, icon, section = PriceList, "pricelist", "price-lists", "tags", "sell"
    rows_are_steady = True
    called, called_many = _("price list"), _("price lists")
    view_action = "sales.view_pricelist"
    create_action = change_action = "sales.set_up_prices"
    form_class, filter_class = PriceListForm, PriceListFilter
    single_fields = frozenset({"code", "name"})
    facts = ("code", "name", "currency", "tax_included", "segment", "branch", "client", "legal_entity", "is_active")
    default_sort = "name"
    columns = (
        Column("name", _("Name"), sort="name", on_phone=True),
        Column("code", _("Code"), sort="code"),
        Column("holds_for", _("For"), value=holds_for),
        Column("currency", _("Currency"), path="currency_id", sort="currency"),
        Column("tax_included", _("With tax"), Kind.YESNO, sort="tax_included"),
        Column("rules", _("Prices"), Kind.NUMBER, batch=rule_counts, on_phone=True),
        Column("is_active", _("Active"), Kind.YESNO, sort="is_active"),
    )

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related("currency", "branch", "client", "legal_entity")

    def create_record(self, values: dict[str, Any], by: Actor) -> PriceList:
        active = values.pop("is_active", True)
        made = create_price_list(by=by, **values)
        return made if active else change_price_list(price_list_id=made.pk, changes={"is_active": False}, by=by)

    def change_record(self, record: PriceList, changes: dict[str, Any], version: int | None, by: Actor) -> PriceList:
        return change_price_list(price_list_id=record.pk, changes=changes, version=version, by=by)
