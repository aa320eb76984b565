"""Counting stock: begin, note what was found, post the differences or give it up."""

from inventory.services.counts.posting import post_count
from inventory.services.counts.taking import Found, cancel_count, note_counts, note_found, start_count

__all__ = ["Found", "cancel_count", "note_counts", "note_found", "post_count", "start_count"]
