"""Watches all series of the inspections: alerts, how much sooner they come than today's, yield and capability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tujing.scenarios.production.quality_inspection.baseline import three_sigma
from tujing.scenarios.production.quality_inspection.spc.charts import EWMA_WEIGHT, EWMA_WIDTH, Kind, ewma
from tujing.scenarios.production.quality_inspection.spc.from_inspection import Watched
from tujing.scenarios.production.quality_inspection.spc.nelson import RULES
from tujing.scenarios.production.quality_inspection.spc.study import Study, examine
from tujing.words import Text

QUIET = 5
"""Subgroups without a signal after which the next one is a new alert; before, it is the same trouble."""
EWMA_RULE = "ewma"
EWMA_WORDS = Text(zh="移动平均越限：均值有小而持续的偏移", en="moving average beyond its limits: a small lasting shift")


@dataclass(frozen=True)
class Alert:
    """The first subgroup of one trouble."""

    position: int
    rule: str
    """`nelson_1` … `nelson_8`, on the panel of the chart, or `ewma`."""


@dataclass(frozen=True)
class Case:
    """One watched series with what its chart says."""

    watched: Watched
    study: Study
    alerts: tuple[Alert, ...]
    flagged: NDArray[np.int64]
    """Every subgroup that signals, by the alerting rules."""
    today: NDArray[np.int64]
    """The subgroups that today's method flags."""


def watch(one: Watched, rules: Sequence[int], kind: Kind | None, revise: bool, confidence: float) -> Case:
    """Examines a series and gathers its alerts: the given Nelson rules, and an EWMA beside every Shewhart chart."""
    study = examine(one.series, kind, revise=revise, confidence=confidence)
    first: dict[int, str] = {}
    for rule in sorted(rules):
        for found in study.signals.values():
            for position in found.get(rule, ()):
                first.setdefault(int(position), f"nelson_{rule}")
    if one.series.groups and study.kind not in ("ewma", "cusum"):
        sizes = one.series.group_sizes
        means = np.array([group.mean() for group in one.series.groups])
        centre = float(study.chart.panels[0].centre[0])
        panel = ewma(means, centre, study.chart.sigma / np.sqrt(sizes), EWMA_WEIGHT, EWMA_WIDTH)
        for position in np.flatnonzero((panel.values > panel.upper) | (panel.values < panel.lower)):
            first.setdefault(int(position), EWMA_RULE)
    flagged = np.array(sorted(first), dtype=np.int64)
    starts = [int(p) for i, p in enumerate(flagged) if i == 0 or p - flagged[i - 1] > QUIET]
    alerts = tuple(Alert(position, first[position]) for position in starts)
    return Case(one, study, alerts, flagged, three_sigma(one.series))


def rule_words(rule: str) -> Text:
    """Returns what a rule's name means."""
    return EWMA_WORDS if rule == EWMA_RULE else RULES[int(rule.removeprefix("nelson_"))]


def lead_hours(cases: Sequence[Case], today: bool = False) -> float | None:
    """Returns the mean hours from the first alert after the trial phase to the first piece not passed after it.

    A series without a failure after the trial phase does not count; one whose failure nothing announced counts 0.
    None when no series counts.
    """
    leads = []
    for case in cases:
        end = int(case.watched.series.trial.sum())
        failures = np.flatnonzero(case.watched.failed[end:]) + end
        if not len(failures):
            continue
        flags = case.today if today else case.flagged
        before = flags[(flags >= end) & (flags < failures[0])]
        times = case.watched.times
        leads.append((times[failures[0]] - times[int(before[0])]).total_seconds() / 3600 if len(before) else 0.0)
    return float(np.mean(leads)) if leads else None


def false_share(cases: Sequence[Case], today: bool = False) -> float:
    """Returns the share of trial-phase subgroups that are flagged: false alarms, if it was in control."""
    flagged = total = 0
    for case in cases:
        end = int(case.watched.series.trial.sum())
        flagged += int(np.sum((case.today if today else case.flagged) < end))
        total += end
    return flagged / total


def first_pass_yield(inspections: pa.Table) -> float:
    """Returns the share of first inspections that pass; one for each order, operation and characteristic."""
    first: dict[tuple[object, ...], tuple[datetime, bool]] = {}
    names = ("work_order_id", "sequence", "characteristic", "inspected_time", "result")
    columns = [
        inspections[name].to_pylist() if name in inspections.column_names else [None] * len(inspections)
        for name in names
    ]
    for order, sequence, characteristic, moment, result in zip(*columns, strict=True):
        key = (order, sequence, characteristic)
        passed = result == "pass"
        # Pieces measured at the same moment are one inspection, which passes when all of them do.
        if key not in first or moment < first[key][0]:
            first[key] = (moment, passed)
        elif moment == first[key][0]:
            first[key] = (moment, passed and first[key][1])
    return sum(passed for _, passed in first.values()) / len(first)


def scrap_ratio(events: pa.Table | None) -> float | None:
    """Returns scrapped ÷ all pieces reported, None without reports."""
    if events is None:
        return None
    good, scrap = (
        sum(value or 0 for value in events[name].to_pylist()) for name in ("good_quantity", "scrap_quantity")
    )
    return scrap / (good + scrap) if good + scrap else None
