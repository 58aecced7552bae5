"""One characteristic examined: chart chosen, limits from the trial phase, signals, and capability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tujing.problems import refuse
from tujing.scenarios.production.quality_inspection.spc.capability import Capability, capability
from tujing.scenarios.production.quality_inspection.spc.charts import ControlChart, Kind, Panel, draw
from tujing.scenarios.production.quality_inspection.spc.choose import choose
from tujing.scenarios.production.quality_inspection.spc.nelson import signals
from tujing.scenarios.production.quality_inspection.spc.series import Series
from tujing.words import Text

ENOUGH = 20
"""Subgroups under which limits are provisional (Montgomery: 20 to 25)."""
ROUNDS = 10
LEAST_LEFT = 0.5
"""Share of the trial subgroups that must remain; a process that loses more was never in control."""


@dataclass(frozen=True)
class Revision:
    """The limits of one round, and the trial subgroups left out of it so far (positions)."""

    chart: ControlChart
    left_out: tuple[int, ...]


@dataclass(frozen=True)
class Study:
    """What the chart says of one series."""

    series: Series
    kind: Kind
    reason: Text
    revisions: tuple[Revision, ...]
    """First the limits of the whole trial phase, then without the subgroups beyond them, until none is."""
    chart: ControlChart
    """The chart on which the signals below were found: the first or, when asked, the last revision."""
    signals: Mapping[str, Mapping[int, NDArray[np.int64]]]
    """Panel → Nelson rule → positions."""
    capability: Capability | None
    warnings: tuple[Text, ...]

    @property
    def signalled(self) -> NDArray[np.int64]:
        """Positions with at least one signal, in order."""
        found = [places for rules in self.signals.values() for places in rules.values()]
        return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)


def examine(
    series: Series,
    kind: Kind | None = None,
    *,
    revise: bool = False,
    shift: float | None = None,
    settings: Mapping[str, float] | None = None,
    confidence: float = 0.95,
) -> Study:
    """Examines one series.

    Raises
    ------
    BadInput
        When there are too few subgroups, nothing varies, or the kind asked for does not fit.
    """
    if series.trial.sum() < 2:
        raise refuse(
            "too_few_samples",
            f"{series.name} 只有 {int(series.trial.sum())} 个定限样本，至少要 2 个（建议 20–25 个）。",
            f"{series.name} has {int(series.trial.sum())} samples to set limits; at least 2 are needed (better 20–25).",
            column=series.name,
        )
    chosen, reason = choose(series, shift)
    if kind is not None and kind != chosen:
        chosen, reason = kind, Text(zh="按参数指定", en="as the parameter says")
    revisions = _revise(series, chosen, settings)
    chart = revisions[-1 if revise else 0].chart
    found = {panel.name: signals(_z(panel), panel.rules) for panel in chart.panels}
    return Study(
        series=series,
        kind=chosen,
        reason=reason,
        revisions=revisions,
        chart=chart,
        signals={name: rules for name, rules in found.items() if rules},
        capability=_capability(series, chart, confidence),
        warnings=_warnings(series),
    )


def _z(panel: Panel) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (panel.values - panel.centre) / panel.sigma
    # Ranges and shares have limits of their own (never below 0), so rule 1 goes by the limits themselves.
    beyond = (panel.values > panel.upper) | (panel.values < panel.lower)
    return np.where(beyond, np.where(panel.values > panel.upper, np.maximum(z, 3.01), np.minimum(z, -3.01)), z)


def _beyond(chart: ControlChart) -> NDArray[np.bool_]:
    flags = [(panel.values > panel.upper) | (panel.values < panel.lower) for panel in chart.panels]
    return np.asarray(np.logical_or.reduce(flags))


def _revise(series: Series, kind: Kind, settings: Mapping[str, float] | None) -> tuple[Revision, ...]:
    """Sets the limits, leaves out the trial subgroups beyond them, and again until none is beyond."""
    base, revisions = series.trial.copy(), []
    for _ in range(ROUNDS):
        chart = draw(series, kind, base, settings)
        revisions.append(Revision(chart, tuple(int(i) for i in np.flatnonzero(series.trial & ~base))))
        left = base & ~_beyond(chart)
        if (
            left.sum() == base.sum()
            or left.sum() < max(2, LEAST_LEFT * series.trial.sum())
            or kind in ("ewma", "cusum")
        ):
            break
        base = left
    return tuple(revisions)


def _capability(series: Series, chart: ControlChart, confidence: float) -> Capability | None:
    if not series.groups or (series.lower is None and series.upper is None):
        return None
    return capability(series.values, series.lower, series.upper, chart.sigma, chart.freedom, confidence)


def _warnings(series: Series) -> tuple[Text, ...]:
    found = []
    if series.trial.sum() < ENOUGH:
        found.append(
            Text(
                zh=f"{series.name} 只有 {int(series.trial.sum())} 个定限样本，控制限是暂定的；满 {ENOUGH} 个后重算。",
                en=f"{series.name} has {int(series.trial.sum())} trial samples, so its limits are provisional; set "
                f"them again from {ENOUGH} on.",
            )
        )
    if series.counted == "defectives":
        expected = float(series.counts.sum() / series.sizes.sum() * series.sizes.mean())
        if expected < 1:
            found.append(
                Text(
                    zh=f"{series.name} 平均每个样本不到 1 件不合格品，p 图不灵敏；请加大样本量。",
                    en=f"{series.name} has under one defective a sample, so the p chart is blunt; take larger samples.",
                )
            )
    return tuple(found)
