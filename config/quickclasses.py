"""Data classes made in half the time: four hundred of them are an eighth of a start, and somebody waits for it.

The standard library writes and compiles six functions for each frozen class. All but the one that fills in a new
object can be said once for every class; they are here, and answer as the compiled ones do.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from operator import attrgetter
from reprlib import recursive_repr
from typing import Any

PARTS = ("_repr_fn", "_cmp_fn", "_hash_fn", "_frozen_get_del_attr")
_compiled_comparison: Any = getattr(dataclasses, "_cmp_fn", None)


def _reader(names: Iterable[str]) -> Callable[[Any], Any]:
    """What a comparison looks at: the fields, in their order."""
    wanted = tuple(names)
    if len(wanted) > 1:
        return attrgetter(*wanted)
    return lambda one: tuple(getattr(one, name) for name in wanted)


def _repr_fn(fields: list[Any], _globals: Any) -> Callable[[Any], str]:
    names = [field.name for field in fields]

    @recursive_repr()
    def __repr__(self: Any) -> str:
        told = ", ".join([f"{name}={getattr(self, name)!r}" for name in names])
        return f"{self.__class__.__qualname__}({told})"

    return __repr__


def _cmp_fn(name: str, op: str, self_tuple: str, other_tuple: str, globals: Any) -> Callable[[Any, Any], bool]:
    if op != "==":
        return _compiled_comparison(name, op, self_tuple, other_tuple, globals)  # type: ignore[no-any-return]
    read = _reader(part.removeprefix("self.") for part in self_tuple.strip("()").split(",") if part)

    def __eq__(self: Any, other: Any) -> bool:
        if other.__class__ is self.__class__:
            return bool(read(self) == read(other))
        return NotImplemented

    return __eq__


def _hash_fn(fields: list[Any], _globals: Any) -> Callable[[Any], int]:
    read = _reader(field.name for field in fields)

    def __hash__(self: Any) -> int:
        return hash(read(self))

    return __hash__


def _frozen_get_del_attr(cls: type, fields: list[Any], _globals: Any) -> tuple[Callable[..., None], ...]:
    names = frozenset(field.name for field in fields)

    def __setattr__(self: Any, name: str, value: Any) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)  # type: ignore[arg-type]

    def __delattr__(self: Any, name: str) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)  # type: ignore[arg-type]

    return __setattr__, __delattr__


def install() -> None:
    """From now on; where the library is put together in another way, it stays as it is."""
    if all(hasattr(dataclasses, name) for name in PARTS):
        for name in PARTS:
            setattr(dataclasses, name, globals()[name])
