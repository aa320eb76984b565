"""docs/add-a-register.md is followed to the letter: its files are written, migrated and used (see steps.py)."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"```python\n# (fleet/\S+)\n(.*?)```", re.DOTALL)
SETTINGS = """
from config.settings.test import *
INSTALLED_APPS = [*INSTALLED_APPS, "fleet"]
ROOT_URLCONF = "howto_urls"
"""
ADDRESSES = """
from django.urls import include, path
from config.urls import urlpatterns as known
urlpatterns = [*known, path("fleet/", include("fleet.urls"))]
"""


def files() -> dict[str, str]:
    return dict(BLOCK.findall((ROOT / "docs" / "add-a-register.md").read_text()))


def test_a_register_takes_at_most_120_lines():
    lines = [line for text in files().values() for line in text.splitlines() if line.strip()]
    assert 0 < len(lines) <= 120


@pytest.mark.slow
def test_the_steps_give_a_whole_register(tmp_path):
    for name, text in files().items():
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(text)
    (tmp_path / "fleet" / "__init__.py").touch()
    (tmp_path / "howto_settings.py").write_text(SETTINGS)
    (tmp_path / "howto_urls.py").write_text(ADDRESSES)
    url = urlsplit(os.environ["DATABASE_URL"])
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    database = urlunsplit(url._replace(path=f"{url.path}_howto{worker}"))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment = {
        **inherited,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "howto_settings",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
    }
    for command in (
        ["django", "makemigrations", "fleet", "-n", "vehicles"],
        [
            "pytest",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:randomly",
            "--create-db",
            "-x",
            str(ROOT / "tests/howto/steps.py"),
        ],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *command], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=420
        )
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
