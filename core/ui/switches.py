"""Modules and functions that an administrator may switch off. Replaced state is read through `is_on` alone."""

from __future__ import annotations


def is_on(switch: str) -> bool:
    """Is this function in use? The empty name is always on."""
    return not switch or switch not in _switched_off()


def _switched_off() -> frozenset[str]:
    return frozenset()
