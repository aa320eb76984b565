"""Makes sure of the system libraries that no Python package brings along.

`python config/syscheck.py pdf browser`: what is missing is installed when we are root on Debian; otherwise one
line says what to install. Never fails: without them only PDFs or browser tests are missing.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PDF_LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libharfbuzz-subset.so.0")
# The browser without its own windows and menus: a quarter less to compute for each page than the whole one.
HEADLESS = "chromium-headless-shell"
PACKAGES = {
    "pdf": ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core"),
    "browser": (HEADLESS,),
}
PURPOSE = {"pdf": "PDF documents", "browser": "browser tests"}


def browser() -> str | None:
    """The program that opens pages for tests and pictures, the light one where both are there."""
    return shutil.which(HEADLESS) or shutil.which("chromium")


def is_there(need: str) -> bool:
    if need == "browser":
        return shutil.which(HEADLESS) is not None or (browser() is not None and not may_install())
    return all(loads(name) for name in PDF_LIBRARIES) and has_fonts()


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_fonts() -> bool:
    folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"]
    return any(next(folder.rglob("*.[ot]tf"), None) for folder in folders)


def may_install() -> bool:
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def install(packages: Sequence[str]) -> bool:
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    commands = (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *packages])
    return all(subprocess.run(command, env=env, capture_output=True).returncode == 0 for command in commands)


def main(needs: Sequence[str]) -> None:
    for need in needs:
        if is_there(need):
            continue
        packages = PACKAGES[need]
        if may_install():
            print(f"Installing for {PURPOSE[need]}: {' '.join(packages)}", flush=True)
            if install(packages) and is_there(need):
                continue
        print(f"For {PURPOSE[need]}: apt-get install -y {' '.join(packages)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
