"""Support reacts: goods that need installing are on their way, so a visit is planned."""

from core.actors import SYSTEM
from core.events import handles
from inventory.choices import ServiceRole
from sales.events import OrderShipped
from sales.models import OrderLine, Shipment
from support.services import visits


@handles(OrderShipped)
def plan_installation(event: OrderShipped) -> None:
    """Plan the visit of an order that has an installation line; one planned before stays as it is."""
    if not OrderLine.objects.filter(order=event.order_id, item__service_role=ServiceRole.INSTALLATION).exists():
        return
    shipped_at = (
        Shipment.objects.filter(order=event.order_id).order_by("-shipped_at").values_list("shipped_at", flat=True)
    )
    visits.plan_visit(order_id=event.order_id, at=shipped_at[0], by=SYSTEM)
