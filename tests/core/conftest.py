"""What the other side of the outbox does."""

from __future__ import annotations

import pytest

from core.services import outbox_sending


@pytest.fixture
def outcome(monkeypatch):
    """What the other side does: an exception to raise, or None. Records the messages it saw."""

    class Outcome:
        raises = None

        def __init__(self):
            self.seen = []

        def __call__(self, message):
            self.seen.append((message.message_id, message.attempts))
            if self.raises:
                raise self.raises

    outcome = Outcome()
    monkeypatch.setattr(outbox_sending, "sender_for", lambda message: outcome)
    return outcome
