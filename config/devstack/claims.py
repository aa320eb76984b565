"""One supervisor for each data folder, and what it tells others about itself."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from config.devstack.errors import CannotStart
from config.devstack.places import Places

LOCK_SECONDS = 5


def try_lock(places: Places, *, seconds: float) -> TextIO | None:
    """The lock of the data folder, or None when somebody else still holds it after `seconds`.

    The kernel gives it back when the holder ends, however it ends.
    """
    file = places.lock.open("a+")
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                file.close()
                return None
            time.sleep(0.1)
        else:
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            return file


def lock_or_explain(places: Places) -> TextIO:
    held = try_lock(places, seconds=LOCK_SECONDS)
    if held is None:
        pid = places.lock.read_text().strip() or "unknown"
        raise CannotStart(
            f"Already running on {places.data} (process {pid}). End it first, or start a second one with "
            "make run PORT=8001 DATA_DIR=another-folder"
        )
    return held


def write_state(places: Places, **facts: Any) -> None:
    """Publish how the running servers are reached. Only the owner may read it: the addresses may hold passwords."""
    draft = places.state.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(facts))
    draft.replace(places.state)


def read_state(places: Places) -> dict[str, Any]:
    try:
        return dict(json.loads(places.state.read_text()))
    except (FileNotFoundError, ValueError):
        return {}


@contextlib.contextmanager
def using_servers(places: Places) -> Iterator[None]:
    """While inside, the command that owns the servers waits before it ends them."""
    with places.users.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def wait_for_users(places: Places) -> None:
    with places.users.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)


def private_folder(path: Path, *, owner: tuple[int, int] | None = None) -> None:
    """Make a folder only its owner may enter; refuse one that somebody else laid there before us."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    rightful = {os.geteuid(), owner[0] if owner else os.geteuid()}
    if path.is_symlink() or path.lstat().st_uid not in rightful:
        raise CannotStart(f"{path} belongs to somebody else; choose another folder with DATA_DIR=")
    if owner:
        os.chown(path, *owner)
    path.chmod(0o700)
