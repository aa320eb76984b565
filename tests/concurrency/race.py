"""Several real processes that do something at the same moment, with or without our guards."""

from __future__ import annotations

import multiprocessing as mp
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from threading import BrokenBarrierError
from typing import Any

from django.db import connection

Answer = tuple[str, Any]
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b|\s*WITH\b.*\b(INSERT INTO|UPDATE|DELETE FROM)\b", re.DOTALL)


def race(calls: Sequence[tuple[str, dict[str, Any]]], *, unguarded: bool = False) -> list[Answer]:
    """Run each call (`module:function`, arguments) in a process of its own, all released together.

    Answers ("ok", result) or ("refused", code) in the order of the calls. `unguarded` takes row locks and
    guarded updates away in the children: the twin of a race test, which has to go wrong. There nobody writes before
    all have read, so that a busy machine does not tell them apart.
    """
    context = mp.get_context("fork")
    gate, answers = context.Barrier(len(calls)), context.Queue()
    read = context.Barrier(len(calls)) if unguarded else None
    children = [
        context.Process(target=_child, args=(number, call, gate, answers, read)) for number, call in enumerate(calls)
    ]
    for child in children:
        child.start()
    found: dict[int, Answer] = {}
    for _ in calls:
        number, answer = answers.get(timeout=90)
        found[number] = answer
    for child in children:
        child.join(timeout=30)
    broken = [answer for answer in found.values() if answer[0] == "broken"]
    if broken and not unguarded:
        raise AssertionError(f"a racing process broke: {broken[0][1]}")
    return [found[number] for number in range(len(calls))]


def _child(number: int, call: tuple[str, dict[str, Any]], gate: Any, answers: Any, read: Any) -> None:
    from core.errors import DomainError

    # The parent's connection must neither be used nor closed here: this process opens its own.
    _inherited = connection.connection
    connection.connection = None
    connection.in_atomic_block, connection.savepoint_ids = False, []
    if read is not None:
        take_guards_away()
        connection.execute_wrappers.append(_all_read_before_one_writes(read))
    module, name = call[0].split(":")
    function = getattr(import_module(module), name)
    connection.ensure_connection()
    try:
        gate.wait(timeout=60)
        answer: Answer = ("ok", function(**call[1]))
    except DomainError as refused:
        answer = ("refused", refused.code)
    except Exception as error:
        answer = ("broken", repr(error))
    finally:
        connection.close()
    answers.put((number, answer))
    answers.close()
    answers.join_thread()
    os._exit(0)  # without the parent's exit handlers


def _all_read_before_one_writes(read: Any) -> Callable[..., Any]:
    """Holds each change of this process until the others are as far; once some do not come, nobody waits any more."""

    def waiting(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not read.broken and _WRITES.match(str(sql)):
            with suppress(BrokenBarrierError):
                read.wait(timeout=1)
        return execute(sql, params, many, context)

    return waiting


def take_guards_away() -> None:
    """No row locks, and increments that read, wait and write instead of one guarded UPDATE."""
    from django.db.models.query import QuerySet

    from core import updating
    from core.models import LockingQuerySet
    from core.remembered import forget_statements
    from core.services import numbers

    LockingQuerySet.locked = lambda self: self  # type: ignore[method-assign,return-value,assignment]
    QuerySet.select_for_update = lambda self, **_options: self  # type: ignore[method-assign,assignment]
    forget_statements()
    replace_everywhere(updating.add_to_rows, naive_add_to_rows)
    replace_everywhere(numbers.take_numbers, naive_take_numbers)


def replace_everywhere(original: Any, other: Any) -> None:
    """Put `other` in the place of a function in every module that imported it."""
    for module in list(sys.modules.values()):
        for name, value in list(vars(module).items()) if hasattr(module, "__dict__") else []:
            if value is original:
                setattr(module, name, other)


def naive_add_to_rows(model: Any, deltas: Any, *, guard: Sequence[str] = (), statuses: Any = None) -> set[int]:
    """What one would write first: read the rows, look, then write back what was computed."""
    rows = {row.pk: row for row in model.objects.filter(pk__in=list(deltas))}
    time.sleep(0.05)
    changed = set()
    for pk, fields in deltas.items():
        values = {field: getattr(rows[pk], field) + amount for field, amount in fields.items()}
        if any(values.get(field, 0) < 0 for field in guard):
            continue
        model.objects.filter(pk=pk).update(**values)
        changed.add(pk)
    for pk, status in (statuses or {}).items():
        model.objects.filter(pk=pk).update(status=status)
    return changed


def naive_take_numbers(kind: str, count: int, *, organization: Any, on: Any, branch: Any = None) -> list[str]:
    """`next_number` read, then written: two at the same moment get the same one."""
    from core.models import NumberSequence
    from core.services.numbers import DEFAULTS

    pattern, gap_free = DEFAULTS[kind]
    series, _ = NumberSequence.objects.get_or_create(
        organization=organization,
        kind=kind,
        year=on.year,
        branch=None,
        defaults={"pattern": pattern, "gap_free": gap_free},
    )
    time.sleep(0.05)
    NumberSequence.objects.filter(pk=series.pk).update(next_number=series.next_number + count)
    return [pattern.format(year=on.year, n=series.next_number + step) for step in range(count)]
