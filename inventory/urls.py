from django.urls import URLPattern

from core.ui.addresses import urls_for
from inventory.registers import Items
from inventory.views import items

app_name = "inventory"
urlpatterns: list[URLPattern] = [*urls_for(Items, card=items.ItemCard)]
