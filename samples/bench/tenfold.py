"""The same pages on ten times as much: what they cost there and on set S, looked at inside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from samples.bench.measuring import Closer
from samples.bench.report import SECTION, with_section
from samples.bench.works import WORKS

MOST = 1.5  # how much dearer a page may be
TITLE = "Ten times the set"
HOW = """
Written by `make bench ARGS="--set S10 --write docs/BENCHMARKS.md"`, which fills a database of its own beside that of
set S with ten times as much (this takes ten times as long) and keeps it. CPU and waiting for PostgreSQL in ms, medians
of the same units looked at inside one process on both sets; a page may cost {most:g} times as much. What counts all
there is grows with it and is told without a verdict.
"""

Say = Callable[[str], None]


def environment() -> dict[str, str]:
    """For a program that is to work on the large set."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return os.environ | {"DATABASE_URL": parts._replace(path=f"/{_name()}").geturl()}


def _name() -> str:
    return f"{settings.DATABASES['default']['NAME']}_s10"


def prepare(say: Say) -> None:
    """Make and fill the database of the large set when it is not there; one that was filled in part goes again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_name()])
        if cursor.fetchone():
            return
        quoted = connection.ops.quote_name(_name())
        cursor.execute(f"CREATE DATABASE {quoted}")
        say("Loading ten times data set S into a database of its own.")
        try:
            for words in (("migrate", "--verbosity=0"), ("volume", "--scale=10")):
                _manage(*words, env=environment())
        except BaseException:
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
            raise


def _manage(*words: str, env: Mapping[str, str], output: int | None = None) -> str:
    command = [sys.executable, "-W", "ignore", str(Path(settings.BASE_DIR) / "manage.py"), *words]
    done = subprocess.run(command, env=env, stdout=output, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode:
        raise CommandError(f"{words[0]} on {env['DATABASE_URL']} failed.")
    return done.stdout or ""


def looked_at(codes: Sequence[str], env: Mapping[str, str]) -> dict[str, Closer]:
    """What a unit of each work costs inside one process, on the database of `env`."""
    told = _manage("bench", "--inside", *codes, env=env, output=subprocess.PIPE)
    return {code: Closer(**values) for code, values in json.loads(told.strip().splitlines()[-1]).items()}


def compare(codes: Sequence[str], say: Say, write: Path | None) -> None:
    """The table of both sets, printed and, with `write`, put into its section of the page."""
    prepare(say)
    wanted = [code for code in codes if code in WORKS and not WORKS[code].is_of_set_s]
    table = table_of(looked_at(wanted, os.environ), looked_at(wanted, environment()))
    say(table)
    if write:
        text = f"{SECTION}{TITLE}\n{HOW.format(most=MOST)}\n{table}\n"
        write.write_text(with_section(write.read_text(encoding="utf-8"), TITLE, text), encoding="utf-8")


def table_of(small: Mapping[str, Closer], large: Mapping[str, Closer]) -> str:
    rows = [
        "| W | work | statements | CPU, S | PostgreSQL, S | CPU, S10 | PostgreSQL, S10 | times as much | kept |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for code, one in small.items():
        other, work = large[code], WORKS[code]
        times = (other.cpu + other.database) / (one.cpu + one.database)
        kept = "grows" if work.grows else "yes" if times <= MOST else "**no**"
        counts = f"{one.statements:.0f}" if one.statements == other.statements else (
            f"{one.statements:.0f}, {other.statements:.0f}"
        )  # fmt: skip
        rows.append(
            f"| {code} | {work.title} | {counts} | {one.cpu:.1f} | {one.database:.1f} | {other.cpu:.1f}"
            f" | {other.database:.1f} | {times:.2f} | {kept} |"
        )
    return "\n".join(rows)
