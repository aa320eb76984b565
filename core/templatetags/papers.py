"""Template tags of printed papers: figures in the paper's language, bar codes and QR codes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template

from core.documents import figures

register = template.Library()


@register.filter
def number(value: Decimal | int | None) -> str:
    return "" if value is None else figures.number(value)


@register.filter
def money(value: Decimal, decimals: int = 2) -> str:
    return figures.money(value, decimals)


@register.filter
def price(value: Decimal, decimals: int = 2) -> str:
    return figures.price(value, decimals)


@register.filter
def percent(value: Decimal) -> str:
    return figures.percent(value)


@register.filter
def short_day(value: date | None) -> str:
    return "" if value is None else figures.short_day(value)


@register.filter
def moment(value: datetime | None, zone: str = "UTC") -> str:
    return "" if value is None else figures.moment(value, zone)


@register.filter
def minutes(value: Decimal) -> str:
    return figures.minutes(value)


@register.filter
def shown(value: Any) -> str:
    """Any value, written by its type."""
    return figures.shown(value)


@register.simple_tag(takes_context=True)
def barcode(context: template.Context, text: str) -> str:
    """The address of a Code 128 of the text; empty when it cannot be one."""
    return context["pictures"].barcode(text)


@register.simple_tag(takes_context=True)
def qr(context: template.Context, text: str) -> str:
    """The address of a QR code of the text."""
    return context["pictures"].qr(text)


@register.simple_tag(takes_context=True)
def logo(context: template.Context, key: str) -> str:
    return context["pictures"].logo(key)
