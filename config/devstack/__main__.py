"""`python -m config.devstack [run]` and `python -m config.devstack exec [--scratch] CMD…`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from config.devstack import executing, places, running
from config.devstack.errors import CannotStart, StopRequested


def request_stop(number: int, _frame: object) -> NoReturn:
    """Turn the first signal into an orderly end; later ones don't cut it short."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise StopRequested(number)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="devstack", description=__doc__)
    parser.set_defaults(action="run")
    actions = parser.add_subparsers(dest="action")
    actions.add_parser("run", help="run the whole system until Ctrl-C (PORT=, DATA_DIR=)")
    one = actions.add_parser("exec", help="run one command with the servers up")
    one.add_argument("--scratch", action="store_true", help="on empty servers that are thrown away afterwards")
    one.add_argument("command", nargs=argparse.REMAINDER, metavar="CMD")
    options = parser.parse_args(arguments)

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, request_stop)
    here = places.at(places.chosen_data_folder())
    try:
        if options.action == "exec" and options.scratch:
            return executing.execute_in_scratch(options.command)
        # Closed to others; where we are root, PostgreSQL still has to walk through it as its own user.
        here.data.mkdir(mode=0o711 if places.is_root() else 0o700, parents=True, exist_ok=True)
        here.logs.mkdir(exist_ok=True)
        if options.action == "exec":
            return executing.execute(here, options.command)
        running.run(here, port=int(os.environ.get("PORT") or 8000))
    except StopRequested:
        print("Stopped.", flush=True)
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"{error.filename} belongs to another user; choose another folder with DATA_DIR=", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
