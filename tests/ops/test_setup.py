"""A fresh machine: what is missing is installed or named in one line."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from config import syscheck
from tests.ops.instances import ROOT, clean_environment


@pytest.fixture
def bare_checkout(tmp_path: Path) -> Path:
    for name in ("Makefile", "requirements", "package.json", "package-lock.json", ".npmrc"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    return tmp_path


def fake_python(folder: Path, script: str) -> Path:
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def make(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=checkout,
        env=clean_environment(),
        capture_output=True,
        text=True,
    )


def test_a_python_without_ensurepip_is_told_in_one_line(bare_checkout, tmp_path):
    python = fake_python(tmp_path, 'case "$2" in "import ensurepip") exit 1;; *print*) echo python3.11-venv;; esac')
    done = make(bare_checkout, "setup", f"PYTHON={python}")
    assert done.returncode != 0
    assert done.stdout == "This Python cannot make virtual environments: apt-get install -y python3.11-venv\n"
    assert not (bare_checkout / ".venv").exists()


def test_an_old_python_is_told_in_one_line(bare_checkout, tmp_path):
    done = make(bare_checkout, "setup", f"PYTHON={fake_python(tmp_path, 'exit 1')}")
    assert done.stdout == "Python 3.11 or newer is needed: apt-get install -y python3.11 python3.11-venv\n"


def test_a_finished_setup_has_nothing_to_do():
    if not (ROOT / ".venv" / ".python").exists():
        pytest.skip("this checkout was not set up by make")
    assert make(ROOT, "--question", "setup").returncode == 0


def test_missing_libraries_are_named_when_we_may_not_install(monkeypatch, capsys):
    monkeypatch.setattr(syscheck, "is_there", lambda need: False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    syscheck.main(["pdf", "browser"])
    assert capsys.readouterr().out.splitlines() == [
        "For PDF documents: apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core",
        "For browser tests: apt-get install -y chromium-headless-shell",
    ]


def test_missing_libraries_are_installed_where_we_may(monkeypatch, capsys):
    installed = []
    monkeypatch.setattr(syscheck, "is_there", lambda need: bool(installed))
    monkeypatch.setattr(syscheck, "may_install", lambda: True)
    monkeypatch.setattr(syscheck, "install", lambda packages: installed.append(packages) or True)
    syscheck.main(["pdf"])
    assert installed == [syscheck.PACKAGES["pdf"]]
    assert "apt-get" not in capsys.readouterr().out


def test_the_makefile_is_all_that_ci_calls():
    script = (ROOT / ".ci" / "run").read_text()
    assert "make lint" in script
    assert "make test" in script


@pytest.mark.parametrize(("there", "may_install", "enough"), [
    ({"chromium-headless-shell"}, True, True),
    ({"chromium"}, True, False),  # the light one is worth fetching
    ({"chromium"}, False, True),
    (set(), False, False),
])  # fmt: skip
def test_the_light_browser_is_wanted_and_the_whole_one_does(monkeypatch, there, may_install, enough):
    monkeypatch.setattr(syscheck.shutil, "which", lambda name: name if name in there else None)
    monkeypatch.setattr(syscheck, "may_install", lambda: may_install)
    assert syscheck.is_there("browser") is enough
    assert (syscheck.browser() or "") in {"", *there}
