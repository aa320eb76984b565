"""The main job told once, up to the dashboard check of March, for tests that read its figures from pages."""

from __future__ import annotations

import json
from typing import Any

from samples.management.commands.story import MAIN_JOB
from samples.story import run as story
from samples.story.run import Run


def told_until_the_dashboard() -> Run:
    """Everything before the late freight and the credit note, into an empty database."""
    run = Run(json.loads(MAIN_JOB.read_text(encoding="utf-8")))
    for number, _title, step in story.steps():
        step(run)
        if number == "dashboard":
            return run
    raise LookupError("the story has no dashboard step")


def figure(html: str) -> str:
    """A page's text with plain blanks, so that figures can be looked for."""
    return html.replace("\u00a0", " ").replace("&nbsp;", " ")


def as_user(client: Any, run: Run, role: str) -> Any:
    client.force_login(run.user(role))
    return client
