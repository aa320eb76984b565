"""Addresses of sales."""

from django.urls import URLPattern

from sales.urls import deals, orders, quotes, settings

app_name = "sales"
urlpatterns: list[URLPattern] = [
    *deals.urlpatterns,
    *quotes.urlpatterns,
    *orders.urlpatterns,
    *settings.urlpatterns,
]
