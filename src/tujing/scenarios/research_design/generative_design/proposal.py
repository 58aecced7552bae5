"""Proposes designs from past ones, and has them checked where the simulation is built in."""

from __future__ import annotations

import numpy as np

from tujing.runtime.contract import Outcome, Progress
from tujing.scenarios.research_design.generative_design import study
from tujing.scenarios.research_design.generative_design.candidates import candidates_outcome, limits_words, values_words
from tujing.scenarios.research_design.generative_design.from_tables import Learning
from tujing.scenarios.research_design.generative_design.names import wording
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
    at = values_words(dict(zip(cases.names, points[0], strict=True)), cases.units)
    objective = wording(goal.objective)
    zh = f"从 {len(cases.labels)} 个历史设计学习。限制：{rule.zh if rule else '无'}"
    zh += "（取历史中位数）。" if chosen else "。"
    en = f"Learned from {len(cases.labels)} past designs. Limits: {rule.en if rule else 'none'}"
    en += " (the median of past designs)." if chosen else "."
    zh += f"满足限制的最好旧设计，{objective.zh}为 {known}；首选候选（{at.zh}）预测为 {middle:.4g} {unit}，"
    en += f" The best past design within them has {objective.en} {known_en}; the first candidate ({at.en}) is "
    zh += f"90% 区间 {low:.4g}–{high:.4g}。"
    en += f"predicted at {middle:.4g} {unit}, 90 % between {low:.4g} and {high:.4g}."
    if truths:
        kept = sum(goal.holds(truth) for truth in truths)
        zh += f"内置仿真复核：首选的{objective.zh}实为 {truths[0][goal.objective]:.4g}；"
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
