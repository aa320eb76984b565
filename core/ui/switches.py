"""Modules and functions that an administrator may switch off.

An app declares its switches in `switches.py`. Off means: no door for people is open, whoever they are; data stays, and
the system itself goes on (handlers of events, sweepers). Everybody asks here: the policy for actions,
the views for addresses, navigation, registers and columns for what they show.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise

from core import setup


@dataclass(frozen=True)
class Switch:
    """A module (`app` names it: all its actions and addresses close) or a function (`actions` are those that close).

    `needs` are the switches without which this one cannot be on.
    """

    code: str
    label: str | Promise
    help: str | Promise = ""
    needs: tuple[str, ...] = ()
    app: str = ""
    actions: tuple[str, ...] = ()
    icon: str = "toggle-right"


_switches: dict[str, Switch] = {}


def declare(*switches: Switch) -> None:
    """Make switches known. A code is declared once."""
    for switch in switches:
        if _switches.get(switch.code, switch) != switch:
            raise RuntimeError(f"switch {switch.code} is declared twice")
        _switches[switch.code] = switch
    _shut.cache_clear()


def declared() -> dict[str, Switch]:
    return dict(_switches)


def is_on(switch: str) -> bool:
    """Is this function in use? The empty name is always on; what needs something that is off is off itself."""
    return not switch or switch not in _shut_now().codes


def app_is_on(app: str) -> bool:
    """Is the module of this name in use?"""
    return app not in _shut_now().apps


def may_act(action: str) -> bool:
    """Does the action belong to something that is in use? Whether somebody has the right is the policy's question."""
    shut = _shut_now()
    return action not in shut.actions and action.partition(".")[0] not in shut.apps


def needed_by(code: str) -> list[Switch]:
    """The switches that cannot be on without this one, directly or through others, in the order of declaration."""
    off = _with_dependents({code}) - {code}
    return [switch for switch in _switches.values() if switch.code in off]


def needs_of(code: str) -> list[Switch]:
    """The switches this one cannot be on without, directly or through others, in the order of declaration."""
    found: set[str] = set()
    waiting = [code]
    while waiting:
        new = set(_switches[waiting.pop()].needs) - found
        found |= new
        waiting += new
    return [switch for switch in _switches.values() if switch.code in found]


@dataclass(frozen=True)
class _Shut:
    codes: frozenset[str] = frozenset()
    apps: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()


_NOTHING = _Shut()


def _shut_now() -> _Shut:
    off = setup.current().off
    return _shut(off) if off else _NOTHING


@lru_cache(maxsize=16)
def _shut(off: frozenset[str]) -> _Shut:
    codes = _with_dependents(set(off))
    switches = [switch for switch in _switches.values() if switch.code in codes]
    return _Shut(
        frozenset(codes),
        frozenset(switch.app for switch in switches if switch.app),
        frozenset(action for switch in switches for action in switch.actions),
    )


def _with_dependents(codes: set[str]) -> set[str]:
    found = set(codes)
    while more := {switch.code for switch in _switches.values() if found & set(switch.needs)} - found:
        found |= more
    return found
