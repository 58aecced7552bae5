"""The KPIs: how many failures were foretold, how often nothing was the matter, beside today's fixed limits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tujing.runtime.contract import KpiValue
from tujing.scenarios.service.condition_monitoring.from_elements import AHEAD
from tujing.scenarios.service.condition_monitoring.judgement import Judgement, foretold, foretold_by_chance
from tujing.scenarios.service.condition_monitoring.series import Bools, Times

DAY_MINUTES = 24 * 60.0


def kpis(judged: Sequence[Judgement], restore_hours: float | None) -> dict[str, KpiValue]:
    """Returns every figure that the data allows: against recorded failures, against labels, and the alarm load."""
    found = {"restore_time": KpiValue(restore_hours, "h")} if restore_hours is not None else {}
    if all(one.watch.failures is not None for one in judged):
        found |= _against_failures(judged)
    if all(one.watch.test.labels is not None for one in judged):
        found |= _against_labels(judged)
    rows = sum(len(one.score[one.known]) for one in judged)
    in_alarm = sum(int(one.alarm[one.known].sum()) for one in judged)
    plainly = sum(int(one.fixed[one.known].any(axis=1).sum()) for one in judged)
    found["alarm_share"] = KpiValue(in_alarm / rows, "1", plainly / rows)
    found["alarm_rate"] = KpiValue(
        sum(one.after.per_ten_minutes for one in judged), "1/10min", sum(one.before.per_ten_minutes for one in judged)
    )
    return found


def _against_failures(judged: Sequence[Judgement]) -> dict[str, KpiValue]:
    failures = seen = plainly_seen = 0
    false = plainly_false = days = 0.0
    for one in judged:
        times, recorded = one.watch.test.times, one.watch.failures
        assert times is not None and recorded is not None
        starts, plain = _starts(one, times)
        failures += len(recorded)
        found, wrong = foretold(starts, recorded, AHEAD)
        plainly_found, plainly_wrong = foretold(plain, recorded, AHEAD)
        seen, plainly_seen = seen + found, plainly_seen + plainly_found
        false, plainly_false = false + wrong, plainly_false + plainly_wrong
        days += float((times[-1] - times[0]) / np.timedelta64(1, "m") + one.watch.test.minutes) / DAY_MINUTES
    return {
        "detected_share": KpiValue(
            seen / failures if failures else None, "1", plainly_seen / failures if failures else None
        ),
        "false_alarm_rate": KpiValue(false / days, "1/d", plainly_false / days),
    }


def seen_by_chance(judged: Sequence[Judgement]) -> tuple[float, float] | None:
    """Returns what `detected_share` of this monitor and of fixed limits would be, were the failures to come at any
    instant judged, as those do that no tag announces. None where no failures are recorded."""
    ours = plain = failures = 0.0
    for one in judged:
        times, recorded = one.watch.test.times, one.watch.failures
        if times is None or recorded is None:
            return None
        failures += len(recorded)
        found, plainly = (foretold_by_chance(starts, times, AHEAD) for starts in _starts(one, times))
        ours, plain = ours + len(recorded) * found, plain + len(recorded) * plainly
    return (ours / failures, plain / failures) if failures else None


def _starts(one: Judgement, times: Times) -> tuple[Times, Times]:
    """Returns when this monitor's alarms were raised, and those of the fixed limits."""
    plain = [alarm.start for signal in one.fixed_alarms for alarm in signal]
    return times[np.array([alarm.start for alarm in one.alarms], dtype=int)], times[np.array(plain, dtype=int)]


def _against_labels(judged: Sequence[Judgement]) -> dict[str, KpiValue]:
    truth = np.concatenate([_labels(one)[one.known] for one in judged])
    ours = _rates(truth, np.concatenate([one.alarm[one.known] for one in judged]))
    plain = _rates(truth, np.concatenate([one.fixed[one.known].any(axis=1) for one in judged]))
    return {name: KpiValue(value, "1", plain[name]) for name, value in ours.items() if value is not None}


def _labels(one: Judgement) -> Bools:
    assert one.watch.test.labels is not None
    return one.watch.test.labels


def _rates(truth: Bools, alarm: Bools) -> dict[str, float | None]:
    """Returns the rates row by row; None where no row is faulty, or none is normal."""
    hit, false, missed = (int((alarm & truth).sum()), int((alarm & ~truth).sum()), int((~alarm & truth).sum()))
    faulty, normal = int(truth.sum()), int((~truth).sum())
    return {
        "f1": 2 * hit / (2 * hit + false + missed) if faulty else None,
        "missed_alarm_rate": missed / faulty if faulty else None,
        "false_alarm_share": false / normal if normal else None,
    }
