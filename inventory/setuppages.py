"""Settings of stock: units, item categories, warehouses and their places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.models import Branch
from core.settingspages.kinds import Column, Setting, Verb, add
from inventory.choices import LocationKind
from inventory.models import ItemCategory, Location, Unit, Warehouse
from inventory.services import catalogue, premises


class Kept(Setting):
    app = "inventory"

    def form_options(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        return {"record": record}


def deletes(run: Callable[[Any, Actor], Any], *, done: str | Promise, asks: str | Promise) -> Verb:
    """The verb that takes a setting away for good; it asks first, and the service refuses one that is in use."""
    return Verb("delete", _("Delete"), "trash", run, done=done, asks=asks)


class NewOrKnown(forms.Form):
    """A form for a new setting, or for the `record` that is there already."""

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if record is None:
            self.for_new()
        else:
            self.for_known(record)

    def for_new(self) -> None:
        """What a new one is not asked."""

    def for_known(self, record: Any) -> None:
        """What of a known one cannot be changed any more."""


class UnitForm(NewOrKnown):
    code = forms.CharField(label=_("Code"), max_length=12, help_text=_("As it stands behind a quantity: pcs, m², h."))
    name = forms.CharField(label=_("Name"), max_length=60)

    def for_known(self, record: Any) -> None:
        self.fields["code"].disabled = True


@add
class Units(Kept):
    name, path, model = "unit", "units", Unit
    group, action, order = "goods", "inventory.manage_items", 30
    label, one, icon = _("Units"), _("Unit"), "ruler-2"
    help = _("In what items are counted, measured and weighed.")
    add_label = _("Add a unit")
    form_class = UnitForm
    columns = (Column(_("Code"), lambda one: one.code), Column(_("Name"), lambda one: one.name))
    verbs = (
        deletes(
            lambda one, by: catalogue.delete_unit(unit_id=one.pk, by=by),
            done=_("The unit is gone."),
            asks=_("Delete this unit for good?"),
        ),
    )

    def rows(self) -> Any:
        return Unit.objects.order_by("code")

    def create(self, values: dict[str, Any], by: Actor) -> Unit:
        return catalogue.create_unit(by=by, **values)

    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> Unit:
        return catalogue.rename_unit(unit_id=record.pk, name=values["name"], seen=seen, by=by)


class CategoryForm(NewOrKnown):
    name = forms.CharField(label=_("Name"), max_length=120)
    parent = forms.ModelChoiceField(label=_("Inside"), queryset=ItemCategory.objects.order_by("name"), required=False)

    def for_known(self, record: Any) -> None:
        self.fields["parent"].queryset = ItemCategory.objects.exclude(pk=record.pk).order_by("name")  # type: ignore[attr-defined]


@add
class Categories(Kept):
    name, path, model = "category", "item-categories", ItemCategory
    group, action, order = "goods", "inventory.manage_items", 40
    label, one, icon = _("Item categories"), _("Item category"), "category"
    help = _("How items are sorted in lists, reports and price rules.")
    add_label = _("Add a category")
    form_class = CategoryForm
    columns = (
        Column(_("Name"), lambda one: one.name),
        Column(_("Inside"), lambda one: one.parent or ""),
    )
    verbs = (
        deletes(
            lambda one, by: catalogue.delete_category(category_id=one.pk, by=by),
            done=_("The category is gone."),
            asks=_("Delete this category for good?"),
        ),
    )

    def rows(self) -> Any:
        return ItemCategory.objects.select_related("parent").order_by("name")

    def create(self, values: dict[str, Any], by: Actor) -> ItemCategory:
        return catalogue.create_category(name=values["name"], parent_id=_key(values["parent"]), by=by)

    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> ItemCategory:
        parent_id = _key(values["parent"])
        return catalogue.change_category(
            category_id=record.pk, name=values["name"], parent_id=parent_id, seen=seen, by=by
        )


def _key(record: Any) -> int | None:
    return record.pk if record is not None else None


class WarehouseForm(NewOrKnown):
    branch = forms.ModelChoiceField(label=_("Branch"), queryset=Branch.objects.filter(is_active=True).order_by("name"))
    name = forms.CharField(label=_("Name"), max_length=120)
    code = forms.SlugField(label=_("Code"), max_length=20, help_text=_("A short word. It never changes."))
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def for_new(self) -> None:
        del self.fields["is_active"]

    def for_known(self, record: Any) -> None:
        self.fields["branch"].queryset = Branch.objects.all()  # type: ignore[attr-defined]
        self.fields["branch"].disabled = self.fields["code"].disabled = True


@add
class Warehouses(Kept):
    name, path, model = "warehouse", "warehouses", Warehouse
    group, action, order = "goods", "inventory.manage_warehouses", 10
    label, one, icon = _("Warehouses"), _("Warehouse"), "building-warehouse"
    help = _("Where goods lie, and the branch each belongs to.")
    add_label = _("Add a warehouse")
    form_class = WarehouseForm
    note = _("A warehouse goes out of use when nothing lies in it. What moved through it stays on record.")
    columns = (
        Column(_("Name"), lambda one: one.name),
        Column(_("Code"), lambda one: one.code, folds=True),
        Column(_("Branch"), lambda one: one.branch),
        Column(_("Places"), lambda one: sum(place.is_active for place in one.locations.all()), number=True),
    )
    parts = ("inventory/_places.html",)

    def rows(self) -> Any:
        return Warehouse.objects.select_related("branch").prefetch_related("locations").order_by("name")

    def create(self, values: dict[str, Any], by: Actor) -> Warehouse:
        return premises.open_warehouse(branch_id=values.pop("branch").pk, by=by, **values)

    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> Warehouse:
        return premises.change_warehouse(
            warehouse_id=record.pk, name=values["name"], is_active=values["is_active"], seen=seen, by=by
        )

    def beside(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        return {"places": record.locations.order_by("-is_active", "code")[:200]}


class PlaceForm(NewOrKnown):
    warehouse = forms.ModelChoiceField(
        label=_("Warehouse"), queryset=Warehouse.objects.filter(is_active=True).order_by("name")
    )
    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("As it stands on the shelf. It never changes."))
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    kind = forms.ChoiceField(
        label=_("What lies here"),
        choices=[
            (LocationKind.STOCK, _("Stock that can be promised")),
            (LocationKind.TRANSIT, _("Goods on the way, not free to promise")),
        ],
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def for_new(self) -> None:
        del self.fields["is_active"]

    def for_known(self, record: Any) -> None:
        self.fields["warehouse"].queryset = Warehouse.objects.all()  # type: ignore[attr-defined]
        for name in ("warehouse", "code", "kind"):
            self.fields[name].disabled = True


@add
class Places(Kept):
    name, path, model = "place", "places", Location
    group, action, order = "goods", "inventory.manage_warehouses", 20
    label, one, icon = _("Places in warehouses"), _("Place in a warehouse"), "map-pin"
    help = _("Shelves and bays to pick from; goods on the way lie in a place of their own.")
    add_label = _("Add a place")
    form_class = PlaceForm
    columns = (
        Column(_("Code"), lambda one: one.code),
        Column(_("Name"), lambda one: one.name, folds=True),
        Column(_("Warehouse"), lambda one: one.warehouse),
        Column(_("What lies here"), lambda one: one.get_kind_display(), folds=True),
        Column(_("By default"), lambda one: one.is_default),
    )
    verbs = (
        Verb(
            "default",
            _("Use by default"),
            "pin",
            lambda one, by: premises.make_default_place(location_id=one.pk, by=by),
            done=_("Goods lie here when nobody says where."),
            when=lambda one: one.kind == LocationKind.STOCK and one.is_active and not one.is_default,
        ),
    )

    def rows(self) -> Any:
        inside = Location.objects.filter(warehouse__isnull=False)
        return inside.select_related("warehouse").order_by("warehouse__name", "code")

    def initial(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        return super().initial(record, request) if record else {"warehouse": request.GET.get("warehouse")}

    def create(self, values: dict[str, Any], by: Actor) -> Location:
        return premises.open_place(warehouse_id=values.pop("warehouse").pk, by=by, **values)

    def change(self, record: Any, values: dict[str, Any], seen: str, by: Actor) -> Location:
        return premises.change_place(
            location_id=record.pk, name=values["name"], is_active=values["is_active"], seen=seen, by=by
        )
