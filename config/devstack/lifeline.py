"""Ends a process when its parent is gone, however it went: even SIGKILL leaves no orphan behind."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15


def end_with_parent(parent_pid: int, how: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to send `how` to this process when its parent dies; to be called in the child.

    The order is lost by a change of user and does not reach grandchildren: each process asks for itself,
    after it has its final user.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(how))
    if os.getppid() != parent_pid:  # the parent died before the order was placed
        os._exit(1)


def name_process(name: str) -> None:
    """What `ps` and `top` call this process and its children; at most 15 characters."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode()[:15])
