"""One watch judged: fitted, scored, and its alarms rationalised, beside what fixed limits would have done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tujing.scenarios.service.condition_monitoring.alarms import (
    Episode,
    Performance,
    episodes,
    performance,
    with_dead_band,
)
from tujing.scenarios.service.condition_monitoring.baseline import beyond, fixed_limits
from tujing.scenarios.service.condition_monitoring.change_points import change_points
from tujing.scenarios.service.condition_monitoring.monitor import Monitor, fit_monitor
from tujing.scenarios.service.condition_monitoring.series import Bools, Floats, Times, Watch, usable

PIECE = 5000
"""Rows judged between two reports of progress."""
DEAD_BAND = 0.5
"""Dead band of the fixed limits when rationalised, in standard deviations."""


@dataclass(frozen=True)
class Handling:
    """How the limit and the alarms are set."""

    alarm_share: float
    on_delay: int
    off_delay: int


@dataclass(frozen=True)
class Judgement:
    """Everything found about one watch. Rows are those of `watch.test`; p variables."""

    watch: Watch
    monitor: Monitor
    score: Floats
    alarm: Bools
    chart: list[str]
    shares: Floats
    """rows × p"""
    t_squared: Floats
    spe: Floats
    alarms: list[Episode]
    """the multivariate alarm, with its delays; a stop of the machine ends it"""
    fixed: Bools
    """rows × p: beyond the fixed limits of today"""
    fixed_alarms: list[list[Episode]]
    """one list a variable, as raised today: no dead band, no delays"""
    before: Performance
    tidied: Performance
    """fixed limits with dead band and delays"""
    after: Performance
    """the one multivariate alarm"""
    changes: list[int]

    @property
    def known(self) -> slice:
        """The rows that figures count."""
        return slice(self.watch.known_from, None)


@dataclass(frozen=True)
class _Piece:
    """What is kept of the rows judged at once; the rest of the reading is many times larger."""

    score: Floats
    chart: list[str]
    shares: Floats
    t_squared: Floats
    spe: Floats


def judge(watch: Watch, handling: Handling, tell: Callable[[float], None]) -> Judgement:
    """Learns the watch's normal run and judges its test run. `tell` is called with the share done.

    Raises
    ------
    BadInput
        When nothing can be learned from the normal run.
    """
    watch = usable(watch)
    normal, test = watch.normal, watch.test
    monitor = fit_monitor(normal.names, normal.values, handling.alarm_share, lambda share: tell(0.6 * share))
    pieces = []
    edges = sorted({*range(0, len(test), PIECE), *watch.restarts, len(test)})
    for start, end in pairwise(edges):
        tell(0.6 + 0.3 * start / len(test))
        if start in watch.restarts:
            monitor.start_again()
        judged = monitor.update(test.values[start:end])
        pieces.append(_Piece(judged.score, judged.chart, monitor.shares(judged), judged.t_squared, judged.spe))
    score = np.concatenate([one.score for one in pieces])
    alarm = score > 1.0
    lower, upper = fixed_limits(normal.values)
    fixed = beyond(test.values, lower, upper)
    today = [episodes(fixed[:, number]) for number in range(fixed.shape[1])]
    band = DEAD_BAND * normal.values.std(axis=0, ddof=1)
    calm = [
        episodes(
            with_dead_band(test.values[:, number], lower[number], upper[number], band[number]),
            handling.on_delay,
            handling.off_delay,
        )
        for number in range(fixed.shape[1])
    ]
    tell(0.92)
    alarms = [
        Episode(start + one.start, start + one.end)
        for start, end in pairwise([0, *watch.restarts, len(test)])
        for one in episodes(alarm[start:end], handling.on_delay, handling.off_delay)
    ]
    rows, minutes = len(test), test.minutes
    # The logarithm keeps a gross fault from hiding every smaller change.
    changes = change_points(np.log1p(score))
    tell(1.0)
    return Judgement(
        watch=watch,
        monitor=monitor,
        score=score,
        alarm=alarm,
        chart=[name for one in pieces for name in one.chart],
        shares=np.concatenate([one.shares for one in pieces]),
        t_squared=np.concatenate([one.t_squared for one in pieces]),
        spe=np.concatenate([one.spe for one in pieces]),
        alarms=alarms,
        fixed=fixed,
        fixed_alarms=today,
        before=performance(today, rows, minutes),
        tidied=performance(calm, rows, minutes),
        after=performance([alarms], rows, minutes),
        changes=changes,
    )


def foretold(starts: Times, failures: Times, ahead: np.timedelta64) -> tuple[int, int]:
    """Returns how many failures had an alarm raised within `ahead` before, and how many alarms no failure followed."""
    if len(starts) == 0:
        return 0, 0
    gaps = failures[None, :] - starts[:, None]
    follows = (gaps >= np.timedelta64(0, "s")) & (gaps <= ahead)
    return int(follows.any(axis=0).sum()), int((~follows.any(axis=1)).sum())


def foretold_by_chance(starts: Times, instants: Times, ahead: np.timedelta64) -> float:
    """Returns the share of `instants` with an alarm raised within `ahead` before: what these alarms would seem to
    foretell of failures that nothing announces. Alarms that ring often enough foretell anything."""
    if len(starts) == 0:
        return 0.0
    raised = np.sort(starts)
    last = np.searchsorted(raised, instants, side="right") - 1
    near = (last >= 0) & (instants - raised[np.maximum(last, 0)] <= ahead)
    return float(near.mean())
