"""Goods in, goods out, goods moved, and each of them taken back."""

from inventory.services.moves.drawing import Draw, draw_goods
from inventory.services.moves.reversing import reverse_move, reverse_moves
from inventory.services.moves.storing import Put, store_goods
from inventory.services.moves.transferring import Shift, transfer_goods

__all__ = [
    "Draw", "Put", "Shift", "draw_goods", "reverse_move", "reverse_moves", "store_goods", "transfer_goods",
]  # fmt: skip
