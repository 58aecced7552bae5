"""Runs a simulated study and says what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from tujing.runtime.contract import Budget, Outcome, Progress
from tujing.scenarios.research_design.generative_design import study
from tujing.scenarios.research_design.generative_design.candidates import candidates_outcome, limits_words, values_words
from tujing.scenarios.research_design.generative_design.cases import Cases
from tujing.scenarios.research_design.generative_design.charts import history_chart
from tujing.scenarios.research_design.generative_design.names import wording
from tujing.scenarios.research_design.generative_design.surrogate import Goal, best_known, learn
from tujing.scenarios.research_design.generative_design.watching import Watch
from tujing.words import Text


def simulated_study(
    force: float, runs: int, goal_for: Callable[[Cases], Goal], seed: int, budget: Budget, progress: Progress
) -> Outcome:
    """Returns the outcome of a study by the built-in simulation: sample, learn, search, verify."""
    started = time.perf_counter()
    first = Watch(progress, 0.01, 0.5, started + 0.5 * budget.seconds, Text(zh="仿真取样", en="Simulating a sample"))
    cases = study.explore(runs, force, seed, first)
    goal = goal_for(cases)
    surrogate = learn(cases, seed)
    progress.report(0.6)
    second = Watch(
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
    searched = history_chart(steps, goal.objective, known.units.get(goal.objective, ""))
    designs = known.inputs[best : best + 1]
    return candidates_outcome(surrogate, goal, designs, [truth], words, warnings, {"search": searched})


def _study_words(
    cases: Cases, goal: Goal, row: int | None, best: int, sampled: int, foretold: dict[str, tuple[float, float, float]]
) -> Text:
    at = values_words(dict(zip(cases.names, cases.inputs[best], strict=True)), cases.units)
    found = values_words({name: float(values[best]) for name, values in cases.results.items()}, cases.units)
    rule, objective = limits_words(goal, cases), wording(goal.objective)
    total = len(cases.labels)
    zh = f"还没有设计案例，先用内置仿真研究电机安装臂（端部载荷 {cases.fixed['force']:.0f} N）："
    en = f"There are no design cases yet, so the motor arm was simulated (end load {cases.fixed['force']:.0f} N): "
    zh += f"{sampled} 次取样加 {total - sampled} 次寻优，共 {total} 次真实求解。限制：{rule.zh if rule else '无'}。"
    en += f"{sampled} runs to sample and {total - sampled} to search. Limits: {rule.en if rule else 'none'}."
    if row is None:
        return Text(zh=zh + "没有设计守住全部限制。", en=en + " No design keeps them all.")
    before = min(
        (float(v) for n, v in enumerate(cases.results[goal.objective][:sampled])
         if goal.holds({name: float(values[n]) for name, values in cases.results.items()})),
        default=None,
    )  # fmt: skip
    zh += f"最好的设计（{at.zh}）经真实求解：{found.zh}。"
    en += f" The best ({at.en}), truly run: {found.en}."
    if before is not None:
        zh += f"取样中最好的{objective.zh}是 {before:.4g}。"
        en += f" The best of the sample had {objective.en} {before:.4g}."
    if goal.objective in foretold:
        middle, low, high = foretold[goal.objective]
        zh += f"求解之前预测为 {middle:.4g}（90% 区间 {low:.4g}–{high:.4g}）。"
        en += f" Before the run {middle:.4g} was predicted (90 % between {low:.4g} and {high:.4g})."
    zh += "下一步：按企业真实尺寸校正安装臂，做一件样机，把结果录入设计案例。"
    en += " Next: fit the arm to the real dimensions, build one prototype and file the result as a design case."
    return Text(zh=zh, en=en)
