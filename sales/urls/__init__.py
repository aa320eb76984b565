"""Addresses of sales."""

from django.urls import URLPattern

from sales.urls import orders, quotes, settings

app_name = "sales"
urlpatterns: list[URLPattern] = [*quotes.urlpatterns, *orders.urlpatterns, *settings.urlpatterns]
