"""Addresses of picking."""

from django.urls import URLPattern, path

from sales.views import picking

urlpatterns: list[URLPattern] = [
    path("picking/", picking.PickingList.as_view(), name="picking"),
    path("picking/<int:pk>/", picking.PickingOrder.as_view(), name="picking_order"),
]
