"""Says what a surrogate learned and which candidates it proposes."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from tujing.runtime.contract import Budget, Chart, KpiValue, Outcome, Progress
from tujing.scenarios.research_design.generative_design import regression, study
from tujing.scenarios.research_design.generative_design.baseline import relative_error, rmse
from tujing.scenarios.research_design.generative_design.cases import Cases
from tujing.scenarios.research_design.generative_design.charts import fit_chart, history_chart, interval_chart, slider
from tujing.scenarios.research_design.generative_design.from_tables import Learning
from tujing.scenarios.research_design.generative_design.stiffness import Array, Index
from tujing.scenarios.research_design.generative_design.surrogate import (
    Goal,
    Surrogate,
    believe,
    best_known,
    learn,
    promising,
)
from tujing.words import Text

CANDIDATES = 5
CAUTION = 4.0
"""A prototype costs weeks; the candidates stay where the limits very likely hold."""
REFIT_SHARE = 0.55
"""Of the time limit that cross-validation may take; fitting the chosen learners again takes the rest."""
Watch = Callable[[float], bool]


def watching(progress: Progress, low: float, high: float, deadline: float, words: Text) -> Watch:
    """Returns a watch that maps a part's share to `low`–`high` of the run and says whether there is time."""
    reached = low

    def watch(share: float) -> bool:
        nonlocal reached
        reached = max(reached, low + (high - low) * min(1.0, share))
        progress.report(reached, words)
        return time.perf_counter() < deadline

    return watch


def predict_table(learning: Learning, seed: int, budget: Budget, progress: Progress) -> Outcome:
    """Returns predictions with intervals for a numeric table: left out, or of the test rows."""
    cases = learning.cases
    ((name, outputs),) = cases.results.items()
    deadline = time.perf_counter() + REFIT_SHARE * budget.seconds
    words = Text(zh="交叉验证各种代理模型", en="Cross-validating the learners")
    stack = regression.fit(cases.inputs, outputs, seed, watching(progress, 0.01, 0.95, deadline, words))
    scored, plain, lower, upper = stack.left_out, stack.plain, stack.lower, stack.upper
    actual: Array = outputs
    predicted = scored
    if learning.new is not None:
        assert learning.actual is not None
        predicted, lower, upper = stack.predict(learning.new)
        actual = learning.actual
        scored, plain = predicted, regression.quadratic(cases.inputs, outputs)(learning.new)
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
    return Outcome(
        status="done",
        kpis=kpis,
        tables={"predictions": pa.table(table), "accuracy": accuracy},
        explanation=_table_words(learning, name, kpis, stack),
        charts={"fit": fit_chart({name: (actual[known], predicted[known])}, {})} if known.any() else {},
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


def propose(learning: Learning, goal: Goal, chosen: bool, seed: int, progress: Progress) -> Outcome:
    """Returns what past designs teach, and candidates beyond them; verified where the simulation is built in."""
    cases = learning.cases
    progress.report(0.02, Text(zh="学习历次设计", en="Learning from past designs"))
    surrogate = learn(cases, seed)
    progress.report(0.6, Text(zh="寻找候选设计", en="Looking for candidates"))
    found, hoped = [], surrogate
    for number in range(CANDIDATES):
        point, _ = promising(hoped, goal, cases.low, cases.high, seed + number, CAUTION)
        found.append(point)
        hoped = believe(hoped, point, f"candidate {number + 1}")
        progress.report(0.6 + 0.3 * (number + 1) / CANDIDATES)
    truths: list[dict[str, float]] = []
    if study.can_verify(cases):
        for point in found:
            known = {**dict(zip(cases.names, point, strict=True)), **cases.fixed}
            truths.append(study.run(known, known["force"]))
    points = np.array(found)
    order = _in_order(surrogate, points, goal)
    points, truths = points[order], [truths[place] for place in order] if truths else []
    words = _propose_words(surrogate, goal, chosen, points, truths)
    return candidates_outcome(surrogate, goal, points, truths, words, learning.warnings, {})


def _in_order(surrogate: Surrogate, points: Array, goal: Goal) -> Index:
    """Best first: those predicted to keep the limits, by the objective."""
    broken = np.zeros(len(points))
    for name, sign, value in goal.limits:
        broken += np.maximum(0, sign * (surrogate.predict(name, points)[0] - value)) / (abs(value) + 1e-12)
    broken = np.where(broken < 0.01, 0, broken)
    return np.lexsort((goal.sign * surrogate.predict(goal.objective, points)[0], broken))


def candidates_outcome(
    surrogate: Surrogate, goal: Goal, points: Array, truths: list[dict[str, float]], words: Text,
    warnings: list[Text], more: dict[str, Chart],
) -> Outcome:  # fmt: skip
    """Returns the outcome with KPIs by cross-validation, the candidates and the slider."""
    cases = surrogate.cases
    first = {name: values[: len(surrogate.accuracy[name].predicted)] for name, values in cases.results.items()}
    scores = {name: surrogate.accuracy[name] for name in first}
    errors = [relative_error(scores[name].predicted, actual) for name, actual in first.items()]
    plain = [relative_error(scores[name].plain, actual) for name, actual in first.items()]
    inside = [(actual >= scores[n].lower) & (actual <= scores[n].upper) for n, actual in first.items()]
    main = goal.objective
    kpis = {
        "prediction_error": KpiValue(_mean(errors), "1", _mean(plain)),
        "interval_coverage": KpiValue(float(np.mean(inside)), "1"),
        "rmse": KpiValue(rmse(scores[main].predicted, first[main]), "1", rmse(scores[main].plain, first[main])),
    }
    if cases.products:
        kpis["prototypes_per_design"] = KpiValue(len(cases.labels) / cases.products, "1")
    predictions = [
        {
            "row": label,
            "result": name,
            "predicted": float(p),
            "lower": float(low),
            "upper": float(high),
            "actual": float(a),
        }
        for name, actual in first.items()
        for label, p, low, high, a in zip(
            cases.labels, scores[name].predicted, scores[name].lower, scores[name].upper, actual, strict=False
        )
    ]
    accuracy = [
        {
            "result": name,
            "unit": cases.units.get(name, ""),
            "rmse": rmse(scores[name].predicted, actual),
            "rmse_quadratic": rmse(scores[name].plain, actual),
            "relative_error": relative_error(scores[name].predicted, actual),
        }
        for name, actual in first.items()
    ]
    candidates = _candidates(surrogate, points, truths)
    written = [
        {key: row[key] for key in ("candidate_id", "parameter", "value", "lower", "upper", "role")}
        for row in candidates
    ]
    schema = pa.schema([("candidate_id", pa.string()), ("parameter", pa.string()), ("value", pa.float64()),
                        ("lower", pa.float64()), ("upper", pa.float64()), ("role", pa.string())])  # fmt: skip
    return Outcome(
        status="feasible" if best_known(cases, goal) is not None else "done",
        kpis=kpis,
        tables={
            "candidates": pa.Table.from_pylist(candidates),
            "predictions": pa.Table.from_pylist(predictions),
            "accuracy": pa.Table.from_pylist(accuracy),
        },
        explanation=words,
        writes={"design_candidate": pa.Table.from_pylist(written, schema=schema)},
        charts={
            "slider": slider(surrogate, points[0]),
            "fit": fit_chart({name: (actual, scores[name].predicted) for name, actual in first.items()}, cases.units),
            "candidates": interval_chart(surrogate, points, goal.objective),
            **more,
        },
        warnings=warnings,
    )


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _candidates(surrogate: Surrogate, points: Array, truths: list[dict[str, float]]) -> list[dict[str, object]]:
    cases = surrogate.cases
    rows: list[dict[str, object]] = []
    for number, point in enumerate(points):
        label = f"C{number + 1}"
        for name, value in [*zip(cases.names, point, strict=True), *cases.fixed.items()]:
            rows.append(
                {"candidate_id": label, "parameter": name, "unit": cases.units.get(name, ""), "role": "input",
                 "value": float(value), "lower": None, "upper": None, "verified": None}
            )  # fmt: skip
        for name in cases.results:
            middle, low, high = (float(one[0]) for one in surrogate.predict(name, point[None]))
            truth = truths[number][name] if truths else None
            rows.append(
                {"candidate_id": label, "parameter": name, "unit": cases.units.get(name, ""), "role": "prediction",
                 "value": middle, "lower": low, "upper": high, "verified": truth}
            )  # fmt: skip
    return rows


def limits_words(goal: Goal, cases: Cases) -> str:
    return ", ".join(
        f"{name} {'≤' if sign > 0 else '≥'} {value:.4g} {cases.units.get(name, '')}".strip()
        for name, sign, value in goal.limits
    )


def _propose_words(
    surrogate: Surrogate, goal: Goal, chosen: bool, points: Array, truths: list[dict[str, float]]
) -> Text:
    cases = surrogate.cases
    row = best_known(cases, goal)
    middle, low, high = (float(one[0]) for one in surrogate.predict(goal.objective, points[:1]))
    unit = cases.units.get(goal.objective, "")
    rule = limits_words(goal, cases)
    known = "—" if row is None else f"{cases.results[goal.objective][row]:.4g} {unit}（{cases.labels[row]}）"
    known_en = "none" if row is None else f"{cases.results[goal.objective][row]:.4g} {unit} ({cases.labels[row]})"
    at = ", ".join(f"{name} {value:.4g}" for name, value in zip(cases.names, points[0], strict=True))
    zh = f"从 {len(cases.labels)} 个历史设计学习。限制：{rule or '无'}{'（取历史中位数）' if chosen else ''}。"
    en = f"Learned from {len(cases.labels)} past designs. Limits: {rule or 'none'}"
    en += " (the median of past designs)." if chosen else "."
    zh += f"满足限制的最好旧设计 {goal.objective} 为 {known}；首选候选（{at}）预测为 {middle:.4g} {unit}，"
    en += f" The best past design within them has {goal.objective} {known_en}; the first candidate ({at}) is "
    zh += f"90% 区间 {low:.4g}–{high:.4g}。"
    en += f"predicted at {middle:.4g} {unit}, 90 % between {low:.4g} and {high:.4g}."
    if truths:
        kept = sum(goal.holds(truth) for truth in truths)
        zh += f"内置仿真复核：首选 {goal.objective} 实为 {truths[0][goal.objective]:.4g}；"
        zh += f"{len(truths)} 个候选中 {kept} 个守住全部限制。"
        en += f" The built-in simulation gives {truths[0][goal.objective]:.4g} for the first; {kept} of {len(truths)} "
        en += "candidates keep every limit."
        zh += "下一步：取守住限制的首选做一件样机，结果录回设计案例。"
        return Text(zh=zh, en=en + " Next: build one prototype of the first that keeps them and file its result.")
    return Text(
        zh=zh + "尚未验证。下一步：先仿真首选候选，再做一件样机，结果录回设计案例。",
        en=en
        + " It is not verified. Next: simulate the first candidate, then build one prototype and file its result.",
    )


def simulated_study(
    force: float, runs: int, goal_for: Callable[[Cases], Goal], seed: int, budget: Budget, progress: Progress
) -> Outcome:
    """Returns the outcome of a study by the built-in simulation: sample, learn, search, verify."""
    started = time.perf_counter()
    first = watching(progress, 0.01, 0.5, started + 0.5 * budget.seconds, Text(zh="仿真取样", en="Simulating a sample"))
    cases = study.explore(runs, force, seed, first)
    goal = goal_for(cases)
    surrogate = learn(cases, seed)
    progress.report(0.6)
    second = watching(
        progress, 0.6, 0.95, started + 0.9 * budget.seconds, Text(zh="寻优并仿真", en="Searching by simulation")
    )
    surrogate, steps, foretold = study.search(surrogate, goal, max(4, runs // 3), seed, second)
    known = surrogate.cases
    row = best_known(known, goal)
    best = int(np.argmin(known.results[goal.objective])) if row is None else row
    truth = {name: float(values[best]) for name, values in known.results.items()}
    words = _study_words(known, goal, row, best, len(cases.labels), foretold)
    warnings = []
    if row is None:
        warnings.append(
            Text(
                zh="没有找到守住全部限制的设计；请放宽限制或扩大取值范围。",
                en="No design keeps every limit; loosen the limits or widen the ranges.",
            )
        )
    return candidates_outcome(
        surrogate, goal, known.inputs[best : best + 1], [truth], words, warnings, {"search": history_chart(steps)}
    )


def _study_words(
    cases: Cases, goal: Goal, row: int | None, best: int, sampled: int, foretold: dict[str, tuple[float, float, float]]
) -> Text:
    at = ", ".join(f"{name} {value:.4g}" for name, value in zip(cases.names, cases.inputs[best], strict=True))
    found = ", ".join(f"{n} {values[best]:.4g} {cases.units.get(n, '')}".strip() for n, values in cases.results.items())
    total = len(cases.labels)
    zh = f"还没有设计案例，先用内置仿真研究电机安装臂（端部载荷 {cases.fixed['force']:.0f} N）："
    en = f"There are no design cases yet, so the motor arm was simulated (end load {cases.fixed['force']:.0f} N): "
    zh += f"{sampled} 次取样加 {total - sampled} 次寻优，共 {total} 次真实求解。限制：{limits_words(goal, cases)}。"
    en += f"{sampled} runs to sample and {total - sampled} to search. Limits: {limits_words(goal, cases)}."
    if row is None:
        return Text(zh=zh + "没有设计守住全部限制。", en=en + " No design keeps them all.")
    before = min(
        (float(v) for n, v in enumerate(cases.results[goal.objective][:sampled])
         if goal.holds({name: float(values[n]) for name, values in cases.results.items()})),
        default=None,
    )  # fmt: skip
    zh += f"最好的设计（{at}）经真实求解：{found}。"
    en += f" The best ({at}), truly run: {found}."
    if before is not None:
        zh += f"取样中最好的 {goal.objective} 是 {before:.4g}。"
        en += f" The best of the sample had {goal.objective} {before:.4g}."
    if goal.objective in foretold:
        middle, low, high = foretold[goal.objective]
        zh += f"求解之前预测为 {middle:.4g}（90% 区间 {low:.4g}–{high:.4g}）。"
        en += f" Before the run {middle:.4g} was predicted (90 % between {low:.4g} and {high:.4g})."
    zh += "下一步：按企业真实尺寸校正安装臂，做一件样机，把结果录入设计案例。"
    en += " Next: fit the arm to the real dimensions, build one prototype and file the result as a design case."
    return Text(zh=zh, en=en)
