"""Tables and charts of control charts, capability and gauge studies."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from tujing.runtime.contract import Chart
from tujing.scenarios.production.quality_inspection.spc.choose import NAMES
from tujing.scenarios.production.quality_inspection.spc.gauge import Gauge
from tujing.scenarios.production.quality_inspection.spc.nelson import RULES
from tujing.scenarios.production.quality_inspection.spc.series import Floats
from tujing.scenarios.production.quality_inspection.spc.study import Study
from tujing.words import Text

DRAWN = 400
"""Points of a chart that a page shows; of a longer series the last ones."""
BINS = 24

NUMBER, WORD, WHOLE = pa.float64(), pa.string(), pa.int64()
CAPABILITY = ("cp", "cpk", "pp", "ppk")
STUDIES = pa.schema(
    [("series", WORD), ("chart", WORD), ("because_zh", WORD), ("because_en", WORD), ("subgroups", WHOLE)]
    + [("trial", WHOLE), ("signals", WHOLE), ("sigma_within", NUMBER)]
    + [(f"{name}{part}", NUMBER) for name in CAPABILITY for part in ("", "_low", "_high")]
    + [("expected_outside", NUMBER), ("observed_outside", NUMBER), ("p_normal", NUMBER), ("ppk_quantiles", NUMBER)]
)
LIMITS = pa.schema(
    {"series": WORD, "revision": WHOLE, "panel": WORD, "centre": NUMBER, "lower": NUMBER, "upper": NUMBER}
    | {"samples": WHOLE, "left_out": WORD}
)
POINTS = pa.schema(
    {"series": WORD, "panel": WORD, "sample": WORD, "value": NUMBER, "centre": NUMBER, "lower": NUMBER}
    | {"upper": NUMBER, "trial": pa.bool_(), "rules": WORD}
)
SIGNALS = pa.schema(
    [
        ("series", WORD),
        ("panel", WORD),
        ("sample", WORD),
        ("value", NUMBER),
        ("rule", WHOLE),
        ("zh", WORD),
        ("en", WORD),
    ]
)


def studies_table(studies: Sequence[Study]) -> pa.Table:
    """Returns one row a series: chart and why, signals, capability with intervals."""
    return pa.Table.from_pylist([_study_row(study) for study in studies], schema=STUDIES)


def _study_row(study: Study) -> dict[str, Any]:
    row: dict[str, Any] = {
        "series": study.series.name,
        "chart": study.kind,
        "because_zh": study.reason.zh,
        "because_en": study.reason.en,
        "subgroups": len(study.series),
        "trial": int(study.series.trial.sum()),
        "signals": len(study.signalled),
        "sigma_within": _plain(study.chart.sigma),
    }
    found = study.capability
    if found is not None:
        for name in CAPABILITY:
            index = getattr(found, name)
            row |= {name: _plain(index.value), f"{name}_low": _plain(index.low), f"{name}_high": _plain(index.high)}
        row |= {"expected_outside": found.outside, "observed_outside": found.observed_outside}
        row |= {"p_normal": found.p_normal, "ppk_quantiles": _plain(found.quantile_ppk)}
    return row


def limits_table(studies: Sequence[Study]) -> pa.Table:
    """Returns the limits of every revision; of subgroups of unequal size those of the last."""
    rows = []
    for study in studies:
        for number, revision in enumerate(study.revisions):
            for panel in revision.chart.panels:
                rows.append(
                    {
                        "series": study.series.name,
                        "revision": number,
                        "panel": panel.name,
                        "centre": _plain(panel.centre[-1]),
                        "lower": _plain(panel.lower[-1]),
                        "upper": _plain(panel.upper[-1]),
                        "samples": int(study.series.trial.sum()) - len(revision.left_out),
                        "left_out": ", ".join(study.series.labels[i] for i in revision.left_out),
                    }
                )
    return pa.Table.from_pylist(rows, schema=LIMITS)


def points_table(studies: Sequence[Study]) -> pa.Table:
    """Returns every point of every panel with its limits and the rules that it completes."""
    tables = []
    for study in studies:
        for panel in study.chart.panels:
            rules = [""] * len(study.series)
            for rule, places in study.signals.get(panel.name, {}).items():
                for place in places:
                    rules[int(place)] += f"{',' if rules[int(place)] else ''}{rule}"
            columns = [
                pa.array([study.series.name] * len(rules), WORD),
                pa.array([panel.name] * len(rules), WORD),
                pa.array(study.series.labels, WORD),
                *(_numbers(part) for part in (panel.values, panel.centre, panel.lower, panel.upper)),
                pa.array(study.series.trial.tolist(), pa.bool_()),
                pa.array(rules, WORD),
            ]
            tables.append(pa.Table.from_arrays(columns, schema=POINTS))
    return pa.concat_tables(tables)


def signals_table(studies: Sequence[Study]) -> pa.Table:
    """Returns one row a signal, in order of the samples, with the rule in words."""
    rows = [row for study in studies for row in sorted(_signal_rows(study), key=lambda row: (row[0], row[1]["rule"]))]
    return pa.Table.from_pylist([row for _, row in rows], schema=SIGNALS)


def _signal_rows(study: Study) -> Iterator[tuple[int, dict[str, Any]]]:
    for panel in study.chart.panels:
        for rule, places in study.signals.get(panel.name, {}).items():
            for place in places:
                yield (
                    int(place),
                    {
                        "series": study.series.name,
                        "panel": panel.name,
                        "sample": study.series.labels[int(place)],
                        "value": float(panel.values[int(place)]),
                        "rule": rule,
                        **RULES[rule].as_dict(),
                    },
                )


def control_charts(study: Study, prefix: str = "control") -> dict[str, Chart]:
    """Returns the panels as drawn charts: `control_xbar`, `control_r` …"""
    charts = {}
    start = max(0, len(study.series) - DRAWN)
    name = NAMES[study.kind]
    for panel in study.chart.panels:
        found = study.signals.get(panel.name, {}).values()
        places = sorted({int(place) - start for rule in found for place in rule if place >= start})
        charts[f"{prefix}_{panel.name}"] = Chart(
            kind="control",
            title=Text(zh=f"{study.series.name}：{name.zh}", en=f"{study.series.name}: {name.en}"),
            data={
                "x": list(study.series.labels[start:]),
                "values": _list(panel.values[start:]),
                "centre": _one_or_all(panel.centre[start:]),
                "lower": _one_or_all(panel.lower[start:]),
                "upper": _one_or_all(panel.upper[start:]),
                "signals": places,
                "name": panel.name,
                "unit": study.series.unit,
            },
        )
    return charts


def histogram(study: Study) -> Chart | None:
    """Returns the values against their specification; None for counts."""
    if not study.series.groups:
        return None
    values = study.series.values
    counts, edges = np.histogram(values, bins=BINS)
    marks = [{"name": {"zh": "均值", "en": "mean"}, "value": float(values.mean())}]
    if study.series.lower is not None:
        marks.append({"name": {"zh": "规格下限", "en": "lower limit"}, "value": study.series.lower})
    if study.series.upper is not None:
        marks.append({"name": {"zh": "规格上限", "en": "upper limit"}, "value": study.series.upper})
    return Chart(
        kind="histogram",
        title=Text(zh=f"{study.series.name}：分布与规格", en=f"{study.series.name}: distribution and specification"),
        data={"edges": edges.tolist(), "counts": counts.tolist(), "marks": marks, "unit": study.series.unit},
    )


def capability_chart(studies: Sequence[Study]) -> Chart | None:
    """Returns Cpk with its interval by series; None when no series has a specification."""
    items = []
    for study in studies:
        if study.capability is not None:
            index = study.capability.cpk
            items.append({"name": study.series.name, "low": index.low, "middle": index.value, "high": index.high})
    if not items:
        return None
    return Chart(
        kind="interval",
        title=Text(zh="过程能力 Cpk 及其区间", en="Process capability Cpk with its interval"),
        data={"items": sorted(items, key=lambda item: item["middle"]), "unit": "1"},
    )


def gauge_tables(gauge: Gauge) -> dict[str, pa.Table]:
    """Returns `variation` (standard deviations and shares) and `anova`."""
    total = gauge.total
    parts = {
        "gauge": gauge.gauge,
        "repeatability": gauge.repeatability,
        "reproducibility": gauge.reproducibility,
        "operator": gauge.operator,
        "interaction": gauge.interaction,
        "part": gauge.parts,
        "total": total,
    }
    variation = [
        {
            "source": name,
            "deviation": value,
            "study_variation": 6 * value,
            "share_of_variation": value / total,
            "share_of_variance": value**2 / total**2,
            "share_of_tolerance": 6 * value / gauge.tolerance if gauge.tolerance else None,
        }
        for name, value in parts.items()
    ]
    anova = [
        dict(zip(("source", "freedom", "squares", "mean_square", "f", "p"), map(_plain, row), strict=True))
        for row in gauge.table
    ]
    return {"variation": pa.Table.from_pylist(variation), "anova": pa.Table.from_pylist(anova)}


def gauge_chart(gauge: Gauge) -> Chart:
    """Returns what part of the variation comes from where, in per cent of the total deviation."""
    names = [("量具 GRR", "gauge"), ("重复性", "repeatability"), ("再现性", "reproducibility"), ("零件", "parts")]
    values = [gauge.gauge, gauge.repeatability, gauge.reproducibility, gauge.parts]
    return Chart(
        kind="bar",
        title=Text(zh="变差来源", en="Where the variation comes from"),
        data={
            "categories": [{"zh": zh, "en": en} for zh, en in names],
            "series": [
                {
                    "name": {"zh": "占总变差", "en": "share of total variation"},
                    "values": [100 * value / gauge.total for value in values],
                }
            ],
            "unit": "%",
        },
    )


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _numbers(values: Floats) -> pa.Array:
    return pa.array([_plain(float(value)) for value in values], NUMBER)


def _list(values: Floats) -> list[float | None]:
    return [_plain(float(value)) for value in values]


def _one_or_all(values: Floats) -> float | list[float | None] | None:
    if np.isnan(values).all():
        return None
    return float(values[0]) if np.ptp(values) == 0 else _list(values)
