"""The charts of a surrogate, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tujing.runtime.contract import Chart
from tujing.scenarios.research_design.generative_design import gaussian_process
from tujing.scenarios.research_design.generative_design.stiffness import Array
from tujing.scenarios.research_design.generative_design.study import Step
from tujing.scenarios.research_design.generative_design.surrogate import Surrogate
from tujing.words import Text

SLIDER_POINTS = 80
SLIDER_NOISE = 1e-6
"""Least noise, as a share of the signal: keeps the inverse readable in few digits on the page."""
SCATTER_POINTS = 400
DIGITS = 9


def slider(surrogate: Surrogate, start: Array) -> Chart:
    """Returns the processes for the page, which evaluates them while a slider moves; the signal becomes 1."""
    cases = surrogate.cases
    rows = np.arange(len(cases.labels))
    if len(rows) > SLIDER_POINTS:
        rows = np.unique(np.linspace(0, len(rows) - 1, SLIDER_POINTS).astype(int))
    outputs = []
    for name, model in surrogate.models.items():
        calm = replace(model, noise=max(model.noise, SLIDER_NOISE * model.signal))
        model = gaussian_process.conditioned(calm, cases.inputs[rows], cases.results[name][rows])
        root = float(np.sqrt(model.signal))
        outputs.append(
            {
                "name": name,
                "unit": cases.units.get(name, ""),
                "points": _short(model.points),
                "weights": _short(model.weights * root),
                "mean": model.mean,
                "scale": model.scale * root,
                "lengths": _short(model.lengths),
                "noise": model.noise / model.signal,
                "inverse": _short(model.inverse * model.signal),
            }
        )
    model = next(iter(surrogate.models.values()))
    inputs = [
        {
            "name": name,
            "unit": cases.units.get(name, ""),
            "low": float(low),
            "high": float(low + span),
            "start": float(np.clip(begin, low, low + span)),
        }
        for name, low, span, begin in zip(cases.names, model.low, model.span, start, strict=True)
    ]
    return Chart(
        "surrogate",
        Text(zh="实时仿真：拖动参数看结果", en="Live simulation: move a parameter"),
        {"inputs": inputs, "outputs": outputs},
    )


def _short(values: Array) -> list[object]:
    """Keeps enough digits for the page and few enough for the wire."""
    return [_short(one) if np.ndim(one) else float(f"{one:.{DIGITS}e}") for one in values]


def fit_chart(results: dict[str, tuple[Array, Array]], units: dict[str, str]) -> Chart:
    """Returns predictions of left-out rows against what was measured, each as a share of the largest."""
    single = len(results) == 1
    series: list[dict[str, Any]] = []
    for name, (actual, predicted) in results.items():
        size = 1.0 if single else float(np.abs(actual).max()) or 1.0
        rows = np.unique(np.linspace(0, len(actual) - 1, min(len(actual), SCATTER_POINTS)).astype(int))
        points = [[float(actual[row] / size), float(predicted[row] / size)] for row in rows]
        series.append({"name": name, "points": points})
    both = [value for one in series for point in one["points"] for value in point]
    ends = [[min(both), min(both)], [max(both), max(both)]]
    exact = {"name": {"zh": "完全一致", "en": "Exact"}, "points": ends, "line": True}
    of = {"zh": "", "en": ""} if single else {"zh": "（占最大值的份额）", "en": " (share of the largest)"}
    return Chart(
        "scatter",
        Text(zh="预测与实测", en="Predicted against measured"),
        {
            "x": {"zh": f"实测{of['zh']}", "en": f"Measured{of['en']}"},
            "y": {"zh": f"预测{of['zh']}", "en": f"Predicted{of['en']}"},
            "series": [*series, exact],
        },
    )


def interval_chart(surrogate: Surrogate, points: Array, name: str) -> Chart:
    """Returns the candidates' predicted objective with its interval."""
    middle, low, high = surrogate.predict(name, points)
    items = [
        {
            "name": f"C{number + 1}",
            "low": float(low[number]),
            "middle": float(middle[number]),
            "high": float(high[number]),
        }
        for number in range(len(points))
    ]
    title = Text(zh=f"候选设计的预测：{name}", en=f"Candidates, predicted: {name}")
    return Chart("interval", title, {"items": items, "unit": surrogate.cases.units.get(name, "")})


def history_chart(steps: Sequence[Step]) -> Chart:
    """Returns the best true result after every run of the search."""
    return Chart(
        "line",
        Text(zh="寻优过程：满足限制的最好结果", en="Search: the best result within the limits"),
        {
            "x": {"name": {"zh": "真实求解次数", "en": "True runs"}, "values": [step.runs for step in steps]},
            "series": [{"name": {"zh": "目标", "en": "Objective"}, "values": [step.best for step in steps]}],
        },
    )
