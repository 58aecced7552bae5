"""Answers that the enterprise's own data give, to stand beside what is claimed. Pure: tables in, facts out.

`now` is the last twelve months of the financial baseline, `before` the twelve before these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tujing.diagnosis.answers import trend
from tujing.diagnosis.instrument import Instrument
from tujing.problems import read_yaml
from tujing.words import Text

COLUMNS: dict[str, tuple[str, ...]] = {
    "work_centre": ("is_networked",),
    "financial_baseline": (
        "month",
        "revenue",
        "digital_spend",
        "material_cost",
        "labour_cost",
        "energy_cost",
        "maintenance_cost",
        "scrap_cost",
        "logistics_cost",
        "overhead_cost",
    ),
    "inspection": ("inspected_time", "result"),
    "energy_reading": ("work_centre_id", "carrier", "start_time", "quantity", "unit"),
}
"""Data elements and columns that the facts are measured from."""

COSTS = tuple(name for name in COLUMNS["financial_baseline"] if name.endswith("_cost"))

Months = NDArray[Any]
"""datetime64[M]"""


@dataclass(frozen=True)
class MeasuredFact:
    """An answer measured from data: the option it would be, the value behind it, and how it was worked out."""

    indicator: str
    option: str
    label: Text
    value: float
    """A share for B3 and M4; the relative change from before to now for R1 to R4."""
    formula: Text
    elements: tuple[str, ...]


@dataclass(frozen=True)
class Span:
    """Two years of months side by side."""

    now: Months
    before: Months


def measured_facts(instrument: Instrument, tables: Mapping[str, pa.Table]) -> dict[str, MeasuredFact]:
    """Returns what the tables can tell of the SME form's indicators B3, M4 and R1 to R4; what they cannot is absent."""
    found = {fact.indicator: fact for fact in _facts(instrument, tables)}
    return {id: found[id] for id in instrument.indicator_by_id if id in found}


def _facts(instrument: Instrument, tables: Mapping[str, pa.Table]) -> Iterator[MeasuredFact]:
    if "work_centre" in tables:
        yield from _networked(instrument, tables["work_centre"])
    finance = tables.get("financial_baseline")
    if finance is None or finance.num_rows == 0:
        return
    order = np.argsort(_months(finance, "month"), kind="stable")
    months = _months(finance, "month")[order]
    revenue = _numbers(finance, "revenue")[order]
    yield from _funding(instrument, revenue, _numbers(finance, "digital_spend")[order])
    span = _two_years(months)
    if span is None:
        return
    cost = sum((_numbers(finance, name)[order] for name in COSTS), np.zeros(len(months)))
    yield from _revenue_per_head(instrument, months, revenue, span)
    yield from _cost_per_revenue(instrument, months, revenue, cost, span)
    if "energy_reading" in tables:
        yield from _energy_per_revenue(instrument, tables["energy_reading"], months, revenue, span)
    if "inspection" in tables:
        yield from _pass_rate(instrument, tables["inspection"], span)


def _networked(instrument: Instrument, centres: pa.Table) -> Iterator[MeasuredFact]:
    if centres.num_rows == 0 or centres["is_networked"].null_count == centres.num_rows:
        return
    networked = sum(value is True for value in centres["is_networked"].to_pylist())
    share = networked / centres.num_rows
    option = instrument.indicator_by_id["B3"].band(share)
    yield MeasuredFact(
        "B3",
        option.id,
        option.label,
        share,
        Text(
            zh=f"已联网 {networked} 台 ÷ 全部 {centres.num_rows} 台（工作中心表；未填的按未联网计）",
            en=f"{networked} networked ÷ {centres.num_rows} work centres (one not filled in counts as not networked)",
        ),
        ("work_centre",),
    )


def _funding(instrument: Instrument, revenue: NDArray[Any], spend: NDArray[Any]) -> Iterator[MeasuredFact]:
    months = min(36, len(revenue))
    total = revenue[-months:].sum()
    if months < 12 or total <= 0 or np.isnan(spend[-months:]).all():
        return
    share = float(np.nansum(spend[-months:]) / total)
    option = instrument.indicator_by_id["M4"].band(share)
    yield MeasuredFact(
        "M4",
        option.id,
        option.label,
        share,
        Text(
            zh=f"最近 {months} 个月数字化投入合计 ÷ 营业收入合计（财务基线）",
            en=f"Digital spend ÷ revenue over the last {months} months (financial baseline)",
        ),
        ("financial_baseline",),
    )


def _revenue_per_head(
    instrument: Instrument, months: Months, revenue: NDArray[Any], span: Span
) -> Iterator[MeasuredFact]:
    yield from _changed(
        instrument,
        "R3",
        _within(months, revenue, span.now),
        _within(months, revenue, span.before),
        Text(
            zh="近 12 个月营业收入 ÷ 前 12 个月，人数按两年不变计（没有分年人数）",
            en="Revenue of the last 12 months ÷ the 12 before, staff taken as unchanged (no headcount by year)",
        ),
        ("financial_baseline",),
    )


def _cost_per_revenue(
    instrument: Instrument, months: Months, revenue: NDArray[Any], cost: NDArray[Any], span: Span
) -> Iterator[MeasuredFact]:
    yield from _changed(
        instrument,
        "R4",
        _share(_within(months, cost, span.now), _within(months, revenue, span.now)),
        _share(_within(months, cost, span.before), _within(months, revenue, span.before)),
        Text(
            zh="（材料＋人工＋能源＋维修＋报废＋物流＋其他费用）÷ 营业收入，近 12 个月比前 12 个月",
            en="(Material + labour + energy + maintenance + scrap + logistics + overhead) ÷ revenue, last 12 months "
            "against the 12 before",
        ),
        ("financial_baseline",),
    )


def _energy_per_revenue(
    instrument: Instrument, readings: pa.Table, months: Months, revenue: NDArray[Any], span: Span
) -> Iterator[MeasuredFact]:
    when, energy = _coal_equivalent(readings)
    if not (_covers(when, span.now) and _covers(when, span.before)):
        return
    yield from _changed(
        instrument,
        "R1",
        _share(_within(when, energy, span.now), _within(months, revenue, span.now)),
        _share(_within(when, energy, span.before), _within(months, revenue, span.before)),
        Text(
            zh="综合能耗（千克标准煤，GB/T 2589 系数；有总表用总表）÷ 营业收入，近 12 个月比前 12 个月",
            en="Energy (kgce, factors of GB/T 2589; site meters where there are any) ÷ revenue, last 12 months against "
            "the 12 before",
        ),
        ("energy_reading", "financial_baseline"),
    )


def _pass_rate(instrument: Instrument, inspections: pa.Table, span: Span) -> Iterator[MeasuredFact]:
    when = _months(inspections, "inspected_time")
    if not (_covers(when, span.now) and _covers(when, span.before)):
        return
    passed = np.array([result == "pass" for result in inspections["result"].to_pylist()], dtype=float)
    now, before = (
        float(np.mean([passed[when == month].mean() for month in months])) for months in (span.now, span.before)
    )
    yield from _changed(
        instrument,
        "R2",
        now,
        before,
        Text(
            zh="每月合格检验记录 ÷ 全部检验记录，12 个月平均，近 12 个月比前 12 个月",
            en="Inspections passed ÷ all inspections by month, mean of 12 months, last 12 against the 12 before",
        ),
        ("inspection",),
    )


def _changed(
    instrument: Instrument, indicator: str, now: float, before: float, formula: Text, elements: tuple[str, ...]
) -> Iterator[MeasuredFact]:
    if not (np.isfinite(now) and np.isfinite(before)) or before <= 0:
        return
    option = instrument.indicator_by_id[indicator].trended(trend(now, before, instrument.flat_within.value))
    yield MeasuredFact(indicator, option.id, option.label, float(now / before - 1), formula, elements)


def _coal_equivalent(readings: pa.Table) -> tuple[Months, NDArray[Any]]:
    """Month and kgce of each reading that counts. Meters of single machines are left out where a site meter exists."""
    carriers = np.array(readings["carrier"].to_pylist(), dtype=object)
    units = np.array(readings["unit"].to_pylist(), dtype=object)
    on_site = np.array([not centre for centre in readings["work_centre_id"].to_pylist()], dtype=bool)
    factor = np.zeros(len(carriers))
    for carrier, by_unit in _factors().items():
        of_carrier = carriers == carrier
        if (of_carrier & on_site).any():
            of_carrier &= on_site
        for unit, kgce in by_unit.items():
            factor[of_carrier & (units == unit)] = kgce
    counts = factor > 0
    return _months(readings, "start_time")[counts], (_numbers(readings, "quantity") * factor)[counts]


@cache
def _factors() -> dict[str, dict[str, float]]:
    factors: dict[str, dict[str, float]] = read_yaml(Path(__file__).parent / "measured.yaml")["kgce"]
    return factors


def _two_years(months: Months) -> Span | None:
    """The last 24 months when every one of them is there."""
    last = months[-1]
    wanted = last - np.arange(23, -1, -1)
    if not np.isin(wanted, months).all():
        return None
    return Span(now=wanted[12:], before=wanted[:12])


def _covers(when: Months, months: Months) -> bool:
    return bool(np.isin(months, when).all())


def _within(when: Months, values: NDArray[Any], months: Months) -> float:
    return float(np.nansum(values[np.isin(when, months)]))


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


def _months(table: pa.Table, column: str) -> Months:
    return np.asarray(table[column].to_numpy()).astype("datetime64[M]")


def _numbers(table: pa.Table, column: str) -> NDArray[Any]:
    """Values as floats; an empty cell is nan. Sums leave it out."""
    return np.asarray(table[column].cast(pa.float64()).to_numpy(), dtype=float)
