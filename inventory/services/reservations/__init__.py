"""Who wants goods, what is coming, and which is meant for whom. Nothing is promised twice."""

from inventory.services.reservations.demands import (
    Coverage,
    Need,
    cancel_demand,
    cancel_demands,
    cover_demands,
    reserve_goods,
)
from inventory.services.reservations.giving_back import free_places
from inventory.services.reservations.supplies import (
    Coming,
    close_supplies,
    close_supply,
    move_supplies,
    move_supply,
    peg_supplies,
    register_supplies,
)

__all__ = [
    "Coming", "Coverage", "Need", "cancel_demand", "cancel_demands", "close_supplies", "close_supply",
    "cover_demands", "free_places", "move_supplies", "move_supply", "peg_supplies", "register_supplies",
    "reserve_goods",
]  # fmt: skip
