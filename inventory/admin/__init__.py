"""Admin pages of `inventory`: items and terms are edited here, everything that happened is read-only."""

from inventory.admin import counts, goods, purchasing, setup

__all__ = ["counts", "goods", "purchasing", "setup"]
