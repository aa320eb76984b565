"""The whole dashboard for one reader, as a page or a paper shows it."""

from __future__ import annotations

from typing import Any

from reports.dashboard import blocks, drawings
from reports.dashboard.frame import Frame
from reports.dashboard.tiles import Tiles


def dashboard(frame: Frame, *, show: str = "money") -> dict[str, Any]:
    """All parts that the reader may see; a constant number of statements whatever lies behind them."""
    tiles = Tiles(frame)
    return {
        "frame": frame,
        "days": frame.days,
        "currency": frame.currency,
        "tiles": tiles.of_period(),
        "as_of": tiles.as_of(),
        "funnel": drawings.funnel_chart(frame),
        "plan": drawings.plan_chart(frame, show),
        "show": show,
        "managers": blocks.manager_block(frame),
        "matrix": blocks.matrix_block(frame),
        "ageing": blocks.ageing_block(frame),
        "campaigns": blocks.campaign_block(frame),
        "pipeline": blocks.pipeline_block(frame),
    }
