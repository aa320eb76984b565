"""Wires the apps into one running system; sits on top of them and is imported by none of them."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
