"""Data classes that are made quickly answer as those of the standard library do."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from config import quickclasses
from tests.ops.instances import ROOT, clean_environment

PLAIN = """
@dataclass(frozen=True)
class Point:
    x: int
    y: int = 2
    note: str = field(default="", compare=False)
    secret: str = field(default="", repr=False)

@dataclass(frozen=True)
class Deep(Point):
    z: tuple = ()

@dataclass(frozen=True)
class One:
    only: str

@dataclass(frozen=True)
class Empty:
    pass

@dataclass(order=True)
class Loose:
    a: int
    b: object = None

@dataclass(frozen=True, slots=True)
class Slim:
    a: int

class Child(Point):
    own = "class"
"""


def classes(*, quick: bool) -> dict[str, type]:
    kept = {name: getattr(dataclasses, name) for name in quickclasses.PARTS}
    space: dict[str, type] = {"dataclass": dataclass, "field": field, "__name__": __name__}
    try:
        for name in quickclasses.PARTS:
            setattr(dataclasses, name, getattr(quickclasses, name) if quick else STANDARD[name])
        exec(PLAIN, space)  # noqa: S102 - the same text for both
    finally:
        for name, part in kept.items():
            setattr(dataclasses, name, part)
    return space


def standard() -> dict[str, object]:
    """The functions of the library itself, from a copy of its module that nothing was installed in."""
    import importlib.util

    spec = importlib.util.find_spec("dataclasses")
    module = importlib.util.module_from_spec(spec)
    sys.modules["dataclasses_as_they_come"] = module
    spec.loader.exec_module(module)
    return {name: getattr(module, name) for name in quickclasses.PARTS}


STANDARD = standard()


def told(found: dict[str, type]) -> list[object]:
    """Everything a caller can see, errors by their words."""
    point, deep, one, empty, loose, slim, child = (
        found[name] for name in ("Point", "Deep", "One", "Empty", "Loose", "Slim", "Child")
    )
    ring = loose(1)
    ring.b = ring
    said: list[object] = [
        repr(point(1, secret="word")), repr(deep(1, z=(point(3),))), repr(empty()), repr(ring), repr(child(1)),
        point(1) == point(1, note="other"), point(1) == point(1, secret="other"), point(1) == deep(1),
        point(1) == child(1), point(1) != point(2), one("a") == one("a"), empty() == empty(), loose(1) == loose(1),
        loose(1) < loose(2), len({point(1), point(1, note="n"), point(2), one("a"), one("a"), empty(), empty()}),
        hash(point(1)) == hash(point(1)), replace(point(1), x=5).x, loose.__hash__, slim(1) == slim(1),
        point(1).__eq__(7), dataclasses.asdict(deep(1, z=(1,))),
    ]  # fmt: skip
    for act in (
        lambda: setattr(point(1), "x", 2), lambda: setattr(point(1), "new", 2), lambda: delattr(point(1), "x"),
        lambda: setattr(child(1), "x", 2), lambda: delattr(deep(1), "z"), lambda: setattr(slim(1), "a", 2),
        lambda: point(), lambda: hash(loose(1)), lambda: loose(1) < one("a"),
    ):  # fmt: skip
        with pytest.raises((FrozenInstanceError, TypeError, AttributeError)) as refused:
            act()
        said.append((refused.type.__name__, str(refused.value)))
    free = child(1)
    free.other = 3
    return [*said, free.other]


def test_they_answer_as_those_of_the_library():
    assert told(classes(quick=True)) == told(classes(quick=False))


def test_all_of_ours_are_made_by_them():
    code = "import django; django.setup(); from core.ui.facts import Fact; print(Fact.__setattr__.__module__)"
    env = clean_environment(DJANGO_SETTINGS_MODULE="config.settings.dev")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "config.quickclasses", done.stderr
