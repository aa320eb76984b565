"""Addresses of orders and shipments."""

from django.urls import URLPattern, path

from core.ui.addresses import urls_for
from core.ui.registers import by_key
from sales.registers import Orders, Shipments
from sales.views import delivery, order_edit, order_new, order_public, orders, shipments

ORDER, SHIPMENT = {"register": by_key("sales.order")}, {"register": by_key("sales.shipment")}

urlpatterns: list[URLPattern] = [
    path("o/<str:token>/", order_public.OrderPublic.as_view(), name="order_public"),
    path(
        "o/<str:token>/paper/<str:kind>/<int:record_id>/",
        order_public.OrderPublicPaper.as_view(),
        name="order_public_paper",
    ),
    path("orders/<int:pk>/confirm/", orders.ConfirmOrder.as_view(**ORDER), name="order_confirm"),
    path("orders/<int:pk>/lines/", order_edit.EditOrder.as_view(**ORDER), name="order_edit_lines"),
    path("orders/<int:pk>/cancel/", orders.CancelOrder.as_view(**ORDER), name="order_cancel"),
    path("orders/<int:pk>/ship/", shipments.ShipOrder.as_view(**ORDER), name="order_ship"),
    path("orders/<int:pk>/delivery/", delivery.OrderDelivery.as_view(**ORDER), name="order_delivery"),
    path("orders/<int:pk>/page/open/", orders.OpenOrderPage.as_view(**ORDER), name="order_page_open"),
    path("orders/<int:pk>/page/close/", orders.CloseOrderPage.as_view(**ORDER), name="order_page_close"),
    *urls_for(Orders, list=orders.OrderList, card=orders.OrderCard, new=order_new.OrderNew),
    path("shipments/<int:pk>/delivered/", shipments.ConfirmDelivery.as_view(**SHIPMENT), name="shipment_delivered"),
    path("shipments/<int:pk>/carrier/", shipments.CarrierCost.as_view(**SHIPMENT), name="shipment_carrier"),
    *urls_for(Shipments, card=shipments.ShipmentCard),
]
