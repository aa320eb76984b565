"""Wires the apps into one running system; sits on top of them and is imported by none of them."""
