"""Switching modules and functions on and off. Data stays; the history keeps who did it."""

from __future__ import annotations

from collections.abc import Iterable

from core import policy, setup
from core.actors import Actor, user_or_none
from core.customfields.errors import NeededByOthers, NeedsOthers
from core.models import SetupStamp, SwitchedOff
from core.transactions import command
from core.ui import switches


@command
def switch_off(*, code: str, by: Actor, together: Iterable[str] = ()) -> list[str]:
    """Close the doors of a module or function; returns the codes that went off now.

    What needs it has to be named in `together` and goes as well. What is off stays off. Raises NeededByOthers, and
    LookupError for a switch nobody declared. Locks the setup, so that two people cannot leave half of a chain.
    """
    policy.require(by, "core.manage_switches")
    switch = switches.declared()[code]
    off = _locked_state()
    named = {code, *together}
    left = [other for other in switches.needed_by(code) if other.code not in off | named]
    if left:
        raise NeededByOthers(switch=switch.label, others=", ".join(str(other.label) for other in left))
    chain = [code, *(other.code for other in switches.needed_by(code))]
    going = [each for each in chain if each not in off]
    for each in going:
        SwitchedOff.objects.create(code=each, by=user_or_none(by))
    setup.forget()
    return going


@command
def switch_on(*, code: str, by: Actor, together: Iterable[str] = ()) -> list[str]:
    """Open the doors again; returns the codes that came on now.

    What it needs has to be on or to be named in `together`. What is on stays on. Raises NeedsOthers and LookupError.
    """
    policy.require(by, "core.manage_switches")
    switch = switches.declared()[code]
    off = _locked_state()
    needs = [other for other in switches.needs_of(code) if other.code in off]
    left = [other for other in needs if other.code not in set(together)]
    if left:
        raise NeedsOthers(switch=switch.label, others=", ".join(str(other.label) for other in left))
    coming = [each for each in [*(other.code for other in needs), code] if each in off]
    for row in SwitchedOff.objects.filter(code__in=coming):
        row.delete()
    setup.forget()
    return coming


def _locked_state() -> set[str]:
    """What is off, read under the one lock of the setup."""
    SetupStamp.objects.get_or_create(pk=1)
    SetupStamp.objects.locked().get(pk=1)
    return set(SwitchedOff.objects.values_list("code", flat=True))
