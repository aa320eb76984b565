"""What is installed is pinned by its content, and no file says where it has to come from."""

from __future__ import annotations

import json
import re

import pytest

from tests.ops.instances import ROOT

REQUIREMENTS = sorted((ROOT / "requirements").iterdir())
LOCKED = [path for path in REQUIREMENTS if path.suffix == ".txt"]
PLACES = re.compile(r"index-url|find-links|trusted-host|file:|https?://|registry=|@ ", re.IGNORECASE)


@pytest.mark.parametrize("path", [*REQUIREMENTS, ROOT / ".npmrc", ROOT / "Makefile", ROOT / "package.json"], ids=str)
def test_no_file_names_a_place_to_install_from(path):
    assert PLACES.findall(path.read_text()) == []


@pytest.mark.parametrize("path", LOCKED, ids=lambda path: path.name)
def test_every_python_package_is_pinned_with_its_hashes(path):
    entries = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n", "", path.read_text(), flags=re.MULTILINE).strip())
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9.\[\],_-]+==\S+ \\\n", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_development_and_run_time_agree_on_every_version():
    def versions(name: str) -> dict[str, str]:
        return dict(
            re.findall(r"^([a-z0-9._-]+)(?:\[.*\])?==(\S+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE)
        )

    base, dev = versions("base.txt"), versions("dev.txt")
    assert {name: (base[name], dev[name]) for name in base.keys() & dev.keys() if base[name] != dev[name]} == {}


def test_front_end_packages_are_pinned_and_the_lock_names_no_place():
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    for name, package in lock.items():
        assert "resolved" not in package, name
        if name:
            assert package["integrity"].startswith("sha512-"), name
