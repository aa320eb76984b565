"""The clock inside the worker: when it stops, the worker ends, and whoever watches it starts both again."""

from __future__ import annotations

import os
import signal

import pytest

from config import celery


class Clock:
    def __init__(self, beats: int) -> None:
        self.beats = beats

    def is_alive(self) -> bool:
        self.beats -= 1
        return self.beats > 0


@pytest.fixture
def ended(monkeypatch) -> list[tuple[int, int]]:
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(celery, "CLOCK_LOOKED_AT", 0)
    monkeypatch.setattr(celery.os, "kill", lambda pid, how: sent.append((pid, how)))
    return sent


def test_a_worker_whose_clock_has_stopped_ends(ended):
    celery._watch(Clock(beats=3))
    assert ended == [(os.getpid(), signal.SIGTERM)]


def test_a_clock_that_stops_because_the_worker_ends_is_left_alone(ended, monkeypatch):
    monkeypatch.setattr(celery.state, "should_stop", 0)
    celery._watch(Clock(beats=1))
    assert ended == []
