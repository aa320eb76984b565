"""Invariants of stock, cost, pegs and purchasing; importing declares them."""

from inventory.ledgers import cost, pegs, purchasing, stock  # noqa: F401
