"""Learns a numeric table and says what was predicted, how well, and how sure that is."""

from __future__ import annotations

import time

import numpy as np
import pyarrow as pa

from tujing.runtime.contract import Budget, KpiValue, Outcome, Progress
from tujing.scenarios.research_design.generative_design import learners, regression, slider
from tujing.scenarios.research_design.generative_design.baseline import relative_error, rmse
from tujing.scenarios.research_design.generative_design.charts import fit_chart
from tujing.scenarios.research_design.generative_design.from_tables import Learning
from tujing.scenarios.research_design.generative_design.stiffness import Array
from tujing.scenarios.research_design.generative_design.watching import Watch
from tujing.words import Text

SEARCH_SHARE = 0.5
"""Of the time limit that cross-validation may take; fitting the chosen learners again takes the rest."""


def predict_table(learning: Learning, seed: int, budget: Budget, progress: Progress) -> Outcome:
    """Returns predictions with intervals for a numeric table: left out, or of the test rows."""
    cases = learning.cases
    ((name, outputs),) = cases.results.items()
    deadline = time.perf_counter() + SEARCH_SHARE * budget.seconds
    words = Text(zh="交叉验证各种代理模型", en="Cross-validating the learners")
    stack = regression.fit(cases.inputs, outputs, seed, Watch(progress, 0.01, 0.95, deadline, words))
    scored, plain, lower, upper = stack.left_out, stack.plain, stack.lower, stack.upper
    actual: Array = outputs
    predicted = scored
    if learning.new is not None:
        assert learning.actual is not None
        predicted, lower, upper = stack.predict(learning.new)
        actual = learning.actual
        scored, plain = predicted, learners.quadratic(cases.inputs, outputs)(learning.new)
    known = np.isfinite(actual)
    kpis = {}
    if known.any():
        kpis["prediction_error"] = KpiValue(relative_error(scored, actual), "1", relative_error(plain, actual))
        inside = (actual >= lower) & (actual <= upper)
        kpis["interval_coverage"] = KpiValue(float(inside[known].mean()), "1")
        kpis["rmse"] = KpiValue(rmse(scored[known], actual[known]), "1", rmse(plain[known], actual[known]))
    else:
        kpis["rmse"] = KpiValue(rmse(stack.left_out, outputs), "1", rmse(stack.plain, outputs))
    table = {"row": list(learning.rows), "predicted": predicted, "lower": lower, "upper": upper}
    if known.any():
        table["actual"] = pa.array(actual, mask=~known)
    weights = {learner: stack.weights.get(learner, 0.0) for learner in stack.rmse}
    accuracy = pa.table(
        {"method": list(stack.rmse), "rmse": list(stack.rmse.values()), "weight": list(weights.values())}
    )
    charts = {"slider": slider.of_table(cases, seed)}
    if known.any():
        charts["fit"] = fit_chart({name: (actual[known], predicted[known])}, {})
    return Outcome(
        status="done",
        kpis=kpis,
        tables={"predictions": pa.table(table), "accuracy": accuracy},
        explanation=_table_words(learning, name, kpis, stack),
        charts=charts,
        warnings=[*learning.warnings, *_skipped_words(stack)],
    )


def _skipped_words(stack: regression.Stack) -> list[Text]:
    if not stack.skipped:
        return []
    names = ", ".join(stack.skipped)
    return [Text(zh=f"时间有限，未试：{names}。", en=f"For want of time these were not tried: {names}.")]


def _table_words(learning: Learning, name: str, kpis: dict[str, KpiValue], stack: regression.Stack) -> Text:
    used = [f"{learner} {weight:.0%}" for learner, weight in stack.weights.items() if weight > 0]
    count, ours = len(learning.cases.labels), kpis["rmse"]
    where = Text(zh="交叉验证", en="cross-validated")
    if learning.actual is not None and np.isfinite(learning.actual).any():
        where = Text(zh="测试数据上", en="on the test rows")
    zh = f"从 {count} 行学会预测 {name}：{where.zh}均方根误差 {ours.value:.4g}，二次响应面为 {ours.baseline:.4g}。"
    en = f"Learned {name} from {count} rows: RMSE {ours.value:.4g} {where.en}, "
    en += f"{ours.baseline:.4g} by a quadratic surface."
    if "interval_coverage" in kpis:
        zh += f"90% 区间实际罩住 {kpis['interval_coverage'].value:.1%}。"
        en += f" The 90 % intervals hold {kpis['interval_coverage'].value:.1%}."
    zh += f"所用模型：{'、'.join(used)}（权重由留出的预测决定）。下一步：先用区间窄的行，区间宽处补做试验。"
    en += f" It uses {', '.join(used)}, weighed by predictions of rows left out. Next: rely on rows with narrow "
    en += "intervals, and test where they are wide."
    return Text(zh=zh, en=en)
