"""Addresses of sales."""

from django.urls import URLPattern

from sales.urls import deals, orders, picking, quotes, settings

app_name = "sales"
urlpatterns: list[URLPattern] = [
    *deals.urlpatterns,
    *quotes.urlpatterns,
    *orders.urlpatterns,
    *picking.urlpatterns,
    *settings.urlpatterns,
]
