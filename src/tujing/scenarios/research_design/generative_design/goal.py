"""What a good design is, from the parameters: `objective=mass`, `limits=stress<=160,deflection<=0.2`."""

from __future__ import annotations

import re

import numpy as np

from tujing.problems import refuse
from tujing.scenarios.research_design.generative_design.cases import Cases
from tujing.scenarios.research_design.generative_design.surrogate import Goal

LIMIT = re.compile(r"\s*(.+?)\s*(<=|>=)\s*([-+0-9.eE]+)\s*")
USUAL = ("mass", "质量", "weight", "cost", "成本")
"""Results that one wants small, looked for when no objective is named."""


def goal_of(cases: Cases, objective: str | None, maximise: bool, limits: str | None) -> tuple[Goal, bool]:
    """Returns the goal, and whether its limits were chosen here: the median of what past designs reached.

    Raises
    ------
    BadInput
        When a name is no result, or a limit cannot be read.
    """
    named = objective or next((name for name in USUAL if name in cases.results), next(iter(cases.results)))
    _known(named, cases, "objective")
    sign = -1.0 if maximise else 1.0
    if limits is not None:
        return Goal(named, sign, tuple(_limit(one, cases) for one in limits.split(",") if one.strip())), False
    others = [name for name in cases.results if name != named]
    return Goal(named, sign, tuple((name, 1.0, float(np.median(cases.results[name]))) for name in others)), bool(others)


def _limit(text: str, cases: Cases) -> tuple[str, float, float]:
    found = LIMIT.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        value = float(found[3])
    except ValueError:
        raise refuse(
            "bad_limit",
            f"看不懂限制“{text[:60]}”，应写成 结果<=数 或 结果>=数，用逗号隔开。",
            f"The limit {text[:60]!r} cannot be read; write result<=number or result>=number, with commas between.",
            file="parameters",
            key="limits",
        ) from None
    _known(found[1], cases, "limits")
    return found[1], 1.0 if found[2] == "<=" else -1.0, value


def _known(name: str, cases: Cases, key: str) -> None:
    if name not in cases.results:
        raise refuse(
            "unknown_result",
            f"没有名为 {name[:40]} 的结果；可选：{'、'.join(cases.results)}。",
            f"There is no result {name[:40]!r}; there are: {', '.join(cases.results)}.",
            file="parameters",
            key=key,
        )
