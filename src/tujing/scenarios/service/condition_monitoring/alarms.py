"""Alarm rationalisation after ISA-18.2 / IEC 62682: from readings beyond a limit to alarms that a person can answer.

Dead band and delays turn flickering crossings into one alarm; the performance figures say how much an operator is asked
for before and after: alarms per ten minutes, floods, chattering and stale alarms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tujing.scenarios.service.condition_monitoring.series import Bools, Floats

FLOOD_BEGINS = 10
"""More alarms than this in ten minutes begin a flood (ISA-18.2-2016, 16.5) …"""
FLOOD_ENDS = 5
"""… and fewer than this end it."""
STALE_MINUTES = 24 * 60.0
"""An alarm that stands longer is stale; only time in which the machine was watched counts."""
CHATTERS = 3
"""An alarm that comes as often as this within a minute chatters. Slow samplings cannot show that: ten rows stand in."""


@dataclass(frozen=True)
class Episode:
    """One alarm: rows from `start` to before `end`."""

    start: int
    end: int


@dataclass(frozen=True)
class Performance:
    """What an alarm system asks of the person who watches it."""

    count: int
    per_ten_minutes: float
    worst_ten_minutes: int
    flood_share: float
    """share of the time in flood"""
    chattering: int
    """alarms that belong to a chattering sensor's bursts"""
    stale: int
    standing_share: float
    """share of the time with at least one alarm standing"""


def episodes(alarm: Bools, on_delay: int = 1, off_delay: int = 1) -> list[Episode]:
    """Returns the alarms of one signal: raised at the `on_delay`-th row in a row beyond the limit, cleared at the
    `off_delay`-th row in a row within it."""
    found: list[Episode] = []
    beyond = within = 0
    start = -1
    for row, is_beyond in enumerate(alarm.tolist()):
        beyond, within = (beyond + 1, 0) if is_beyond else (0, within + 1)
        if start < 0 and beyond >= on_delay:
            start = row
        elif start >= 0 and within >= off_delay:
            found.append(Episode(start, row))
            start = -1
    return [*found, Episode(start, len(alarm))] if start >= 0 else found


def with_dead_band(values: Floats, lower: float, upper: float, band: float) -> Bools:
    """Returns whether the alarm stands: raised beyond a limit, cleared only `band` inside it."""
    beyond = (values < lower) | (values > upper)
    inside = (values >= lower + band) & (values <= upper - band)
    # The state is set by the latest row that decides: beyond sets, well inside clears, in between keeps.
    decides = np.where(beyond | inside, np.arange(len(values)), -1)
    latest = np.maximum.accumulate(decides) if len(values) else decides
    return np.asarray((latest >= 0) & beyond[np.maximum(latest, 0)])


def performance(signals: Sequence[Sequence[Episode]], rows: int, minutes: float) -> Performance:
    """Returns the figures of several signals over `rows` rows, `minutes` apart."""
    whole = max(rows * minutes, minutes)
    raised = np.sort(np.array([one.start for signal in signals for one in signal], dtype=float)) * minutes
    standing = np.zeros(rows + 1)
    for signal in signals:
        for one in signal:
            standing[one.start] += 1
            standing[one.end] -= 1
    last = np.searchsorted(raised, raised + 10.0, side="left")
    return Performance(
        count=len(raised),
        per_ten_minutes=len(raised) / whole * 10.0,
        worst_ten_minutes=int((last - np.arange(len(raised))).max(initial=0)),
        flood_share=_flood_minutes(raised, whole) / whole,
        chattering=sum(_chattering(signal, minutes) for signal in signals),
        stale=sum((one.end - one.start) * minutes > STALE_MINUTES for signal in signals for one in signal),
        standing_share=float((np.cumsum(standing[:-1]) > 0).mean()) if rows else 0.0,
    )


def _flood_minutes(raised: Floats, whole: float) -> float:
    """Returns the minutes in ten-minute periods of flood; a flood goes on until a period has few alarms."""
    counts, _ = np.histogram(raised, bins=np.arange(0.0, whole + 10.0, 10.0))
    flooded, minutes = False, 0.0
    for count in counts:
        flooded = count > FLOOD_BEGINS or (flooded and count >= FLOOD_ENDS)
        minutes += 10.0 * flooded
    return min(minutes, whole)


def _chattering(signal: Sequence[Episode], minutes: float) -> int:
    window = max(1.0 / minutes, 10.0)
    starts = np.array([one.start for one in signal], dtype=float)
    chatters = np.zeros(len(starts), dtype=bool)
    for first in range(len(starts) - CHATTERS + 1):
        if starts[first + CHATTERS - 1] - starts[first] <= window:
            chatters[first : first + CHATTERS] = True
    return int(chatters.sum())
