"""Limits that a person may set on a run."""

from __future__ import annotations

import math

from tujing.problems import refuse

SECONDS_LIMIT = 3600.0
SEED_LIMIT = 2**31 - 1
"""The largest that every solver and both databases take."""


def check_seconds(seconds: float) -> None:
    """Raises BadInput when a time limit is not within 1 second and 1 hour."""
    if not (math.isfinite(seconds) and 0 < seconds <= SECONDS_LIMIT):
        raise refuse(
            "time_limit",
            f"时间上限 {seconds} 应在 0 到 {SECONDS_LIMIT:.0f} 秒之间。",
            f"The time limit {seconds} must lie between 0 and {SECONDS_LIMIT:.0f} seconds.",
            key="seconds",
        )


def check_seed(seed: int) -> None:
    """Raises BadInput when a seed is below 0 or larger than any solver takes."""
    if not 0 <= seed <= SEED_LIMIT:
        raise refuse(
            "bad_seed",
            f"随机种子应在 0 到 {SEED_LIMIT} 之间。",
            f"The random seed lies between 0 and {SEED_LIMIT}.",
            key="seed",
            value=str(seed)[:40],
        )
