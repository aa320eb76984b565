"""The demo company: loaded into an empty database, its sign-ins shown at the start."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from config.devstack.manage import manage
from config.devstack.places import BASE_DIR, Places

COMMAND = BASE_DIR / "samples" / "management" / "commands" / "demo.py"


def is_available(env: Mapping[str, str]) -> bool:
    """Not when it is declined with DEMO=no, and production settings know no demo company."""
    production = env.get("DJANGO_SETTINGS_MODULE", "").endswith("production")
    return COMMAND.exists() and not production and env.get("DEMO") != "no"


def load_if_empty(places: Places, env: Mapping[str, str], *, embedded: bool) -> None:
    """Load it where no company is yet. The system starts without it as well, so a failure is only told."""
    if not is_available(env) or (embedded and places.demo_loaded.exists()):
        return
    if manage("demo", "--if-empty", env=env):
        print("The demo company could not be loaded; the reason stands above.", file=sys.stderr)
    elif embedded:
        places.demo_loaded.touch()


def print_sign_ins(env: Mapping[str, str]) -> None:
    if is_available(env):
        manage("demo", "--sign-ins", env=env)
