"""The charts of a surrogate, as data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tujing.runtime.contract import Chart
from tujing.scenarios.research_design.generative_design.names import said, wording
from tujing.scenarios.research_design.generative_design.stiffness import Array
from tujing.scenarios.research_design.generative_design.study import Step
from tujing.scenarios.research_design.generative_design.surrogate import Surrogate
from tujing.words import Text

SCATTER_POINTS = 400


def fit_chart(results: dict[str, tuple[Array, Array]], units: dict[str, str]) -> Chart:
    """Returns predictions of left-out rows against what was measured, each as a share of the largest."""
    single = len(results) == 1
    series: list[dict[str, Any]] = []
    for name, (actual, predicted) in results.items():
        size = 1.0 if single else float(np.abs(actual).max()) or 1.0
        rows = np.unique(np.linspace(0, len(actual) - 1, min(len(actual), SCATTER_POINTS)).astype(int))
        points = [[float(actual[row] / size), float(predicted[row] / size)] for row in rows]
        series.append({"name": said(name), "points": points})
    both = [value for one in series for point in one["points"] for value in point]
    ends = [[min(both), min(both)], [max(both), max(both)]]
    exact = {"name": {"zh": "完全一致", "en": "Exact"}, "points": ends, "line": True}
    of = Text(zh="预测与实测", en="Predicted against measured")
    if not single:
        of = Text(zh="预测与实测（各占最大值的份额）", en="Predicted against measured (shares of the largest)")
    axes = {"x": {"zh": "实测", "en": "Measured"}, "y": {"zh": "预测", "en": "Predicted"}}
    return Chart("scatter", of, {**axes, "series": [*series, exact]})


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
    words = wording(name)
    title = Text(zh=f"候选设计的预测：{words.zh}", en=f"Candidates, predicted: {words.en}")
    return Chart("interval", title, {"items": items, "unit": surrogate.cases.units.get(name, "")})


def history_chart(steps: Sequence[Step], objective: str, unit: str) -> Chart:
    """Returns the best true result after every run of the search."""
    words = wording(objective)
    return Chart(
        "line",
        Text(
            zh=f"寻优：每次真实求解后，满足限制的最好{words.zh}",
            en=f"Search: best {words.en.lower()} within the limits after every true run",
        ),
        {
            "categories": [str(step.runs) for step in steps],
            "series": [{"name": said(objective), "values": [step.best for step in steps]}],
            "unit": unit,
        },
    )
