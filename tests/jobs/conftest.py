"""Work that a job does in tests."""

from __future__ import annotations

import pytest

from core.jobs import running
from core.jobs.running import runs


@pytest.fixture
def work(monkeypatch):
    """Let a function of the test do the jobs of the kind `test.work`."""
    monkeypatch.setattr(running, "_runners", {})
    return runs("test.work")
