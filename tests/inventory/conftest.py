from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from inventory.ports import value_follows


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The shares of late costs that went up to other apps; none of those apps takes part."""
    shares: list[Any] = []

    def listen(shares_: Any, at: Any, by: Any) -> None:
        shares.extend(shares_)

    monkeypatch.setattr(value_follows, "_voices", [lambda shares, at, by: listen(shares, at, by)])
    yield shares
