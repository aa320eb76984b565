from django.urls import URLPattern

from core.settingspages.kinds import urls_for as settings_for
from core.ui.addresses import urls_for
from inventory.registers import Items
from inventory.setuppages import Categories, Places, Units, Warehouses
from inventory.views import items

app_name = "inventory"
urlpatterns: list[URLPattern] = [
    *settings_for(Units, Categories, Warehouses, Places),
    *urls_for(Items, card=items.ItemCard),
]
