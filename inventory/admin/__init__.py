"""Admin pages of `inventory`: items and terms are edited here, everything that happened is read-only."""

from inventory.admin import goods, purchasing, setup

__all__ = ["goods", "purchasing", "setup"]
