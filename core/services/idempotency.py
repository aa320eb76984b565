"""Doing a command once: the same key with the same body gets the stored answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.errors import KeyReused, StillRunning
from core.models import IdempotencyKey
from core.remembered import Insertion, remembered_for_all
from core.transactions import retrying

KEPT_FOR = timedelta(hours=48)
_keeping = Insertion(IdempotencyKey, "scope", "key", "body_hash", "answer")


@retrying
@transaction.atomic
def once(*, scope: str, key: str, body: Any, run: Callable[[], Any]) -> Any:
    """Run a command that was born with a key, or return the answer of its first run.

    `body` is what the caller asked for (JSON-able, or bytes); `run` does it and returns a JSON-able answer, which
    comes back in its stored form. The answer commits together with the changes of `run`: when `run` fails or
    the process dies, neither is there and the key is free. Locks the key until commit.

    Raises KeyReused for another body under the same key, StillRunning while a twin has not committed yet.
    """
    fingerprint = body_hash(body)
    if not _lock(scope, key):
        raise StillRunning
    stored = next(iter(_stored(scope, key)), None)
    if stored is None:
        answer = json.loads(json.dumps(run(), cls=DjangoJSONEncoder))
        _keeping.run(scope, key, fingerprint, answer)
        return answer
    if stored.body_hash != fingerprint:
        raise KeyReused
    return stored.answer


@remembered_for_all
def _stored(scope: Any, key: Any) -> QuerySet[IdempotencyKey]:
    return IdempotencyKey.objects.filter(scope=scope, key=key)


def known_answer(*, scope: str, key: str, body: Any) -> Any:
    """The answer of a command that was done before under this key with this body; None when there is none.

    For doors that could not even read the second request any more, because the first has changed what it speaks of.
    """
    stored = next(iter(_stored(scope, key)), None)
    return stored.answer if stored is not None and stored.body_hash == body_hash(body) else None


def body_hash(body: Any) -> str:
    """A fingerprint that does not depend on the order of keys."""
    content = body if isinstance(body, bytes) else json.dumps(body, sort_keys=True, cls=DjangoJSONEncoder).encode()
    return hashlib.sha256(content).hexdigest()


def _lock(scope: str, key: str) -> bool:
    """Take the key for this transaction; False when another transaction holds it."""
    digest = hashlib.sha256(f"{scope}\0{key}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], "big", signed=True)])
        return bool(cursor.fetchone()[0])


def forget_old_keys(*, batch: int = 5000) -> int:
    """Remove answers older than two days; returns how many. Each batch is a statement of its own."""
    removed = 0
    while True:
        old = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).order_by("created_at")
        count, _ = IdempotencyKey.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:batch])).delete()
        removed += count
        if count < batch:
            return removed
