"""Fixtures shared by all tests; what only one app needs lives in that app's folder."""

from datetime import UTC, datetime

import pytest


@pytest.fixture
def noon() -> datetime:
    """A fixed working moment: Monday, 12:00 UTC."""
    return datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
