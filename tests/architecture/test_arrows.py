"""Apps point downwards, screens use the domain, and another app is entered by its front door."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.project import ROOT


def test_import_contracts_are_kept():
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-4000:]
