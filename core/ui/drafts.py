"""What somebody is typing: kept on the server a second after the last key, offered when he comes back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db.models import QuerySet

from core.models import Draft
from core.remembered import remembered_for_all, removing
from core.transactions import command

LONGEST = 100_000
LEFT_OUT = frozenset({"csrfmiddlewaretoken", "key", "version", "in_place"})


def new_key() -> str:
    """The one-time key that travels with a form, so that sending it twice does it once."""
    return str(uuid4())


@command
def keep(*, user: Any, form: str, data: dict[str, list[str]]) -> Draft:
    """Keep what stands in a form; the newest replaces the older one. More than 100,000 characters are not kept."""
    kept = {name: values for name, values in data.items() if name not in LEFT_OUT}
    if sum(len(value) for values in kept.values() for value in values) > LONGEST:
        kept = {}
    return Draft.objects.update_or_create(user=user, form=form[:120], defaults={"data": kept})[0]


def forget(*, user: Any, form: str) -> None:
    """The form was sent, or the draft is not wanted. One that is gone is gone (one statement)."""
    _remove(user.pk, form[:120])


@removing
def _remove(user: Any, form: Any) -> QuerySet[Draft]:
    return Draft.objects.filter(user=user, form=form)


def of(user: Any, form: str) -> Draft | None:
    return next(iter(_drafts(user.pk, form[:120])), None)


@remembered_for_all
def _drafts(user: Any, form: Any) -> QuerySet[Draft]:
    return Draft.objects.filter(user=user, form=form).exclude(data={})
