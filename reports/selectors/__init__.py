"""Figures of all apps. Reads everything, writes nothing."""
