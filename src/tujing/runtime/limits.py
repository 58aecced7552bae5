"""Limits that a person may set on a run."""

from __future__ import annotations

import math

from tujing.problems import refuse

SECONDS_LIMIT = 3600.0


def check_seconds(seconds: float) -> None:
    """Raises BadInput when a time limit is not within 1 second and 1 hour."""
    if not (math.isfinite(seconds) and 0 < seconds <= SECONDS_LIMIT):
        raise refuse(
            "time_limit",
            f"时间上限 {seconds} 应在 0 到 {SECONDS_LIMIT:.0f} 秒之间。",
            f"The time limit {seconds} must lie between 0 and {SECONDS_LIMIT:.0f} seconds.",
            key="seconds",
        )
