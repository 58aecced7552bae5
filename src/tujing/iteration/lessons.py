"""What a turn teaches of each adoption: stop, scale up, fix, keep or wait. Rules over facts, each with its reason.

The first rule that fits decides:

    fix     a check that was due has not passed
    wait    nothing could be measured yet
    stop    even the best the data allow brings less a year than running it costs
    fix     even the best the data allow falls short of half the forecast
    fix     the effect has faded since it was measured last
    scale   a pilot that brings more than it costs, even at the worst the data allow
    wait    the data allow it to do good and to do harm
    keep    everything else
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tujing.words import Text

Verdict = Literal["stop", "scale", "fix", "keep", "wait"]
QUANTILE = 1.959964
SHORT_OF = 0.5
"""Share of the forecast below which an effect falls short."""

ACTIONS: dict[Verdict, Text] = {
    "stop": Text(zh="停", en="Stop"),
    "scale": Text(zh="推广", en="Scale up"),
    "fix": Text(zh="整改", en="Fix"),
    "keep": Text(zh="保持", en="Keep"),
    "wait": Text(zh="待测", en="Wait"),
}


@dataclass(frozen=True)
class MeasuredEffect:
    """One measured effect as an improvement: positive is good, as a share of the driver."""

    driver: str
    forecast: float
    improvement: float
    error: float
    """Standard error of the improvement."""
    worth: float | None
    """Yuan a year of improving the driver by all of itself; None when the baseline lacks it."""
    before: tuple[float, float] | None = None
    """Improvement and standard error when it was measured in an earlier cycle."""


@dataclass(frozen=True)
class Facts:
    """What is known of one adoption at the end of a turn."""

    scenario: str
    name: Text
    is_pilot: bool
    is_in_use: bool
    effects: Sequence[MeasuredEffect]
    yearly_cost: float
    failures: Sequence[Text]
    """Checks that were due and have not passed."""
    waits_for: Text | None = None
    """Why nothing could be measured."""


@dataclass(frozen=True)
class Lesson:
    """What to do with an adoption, and why."""

    scenario: str
    is_pilot: bool
    action: Verdict
    why: Text


def lesson(facts: Facts) -> Lesson | None:
    """Returns what the facts teach; None of an adoption that has just been planned and is not due for anything."""
    found = _judge(facts)
    return None if found is None else Lesson(facts.scenario, facts.is_pilot, *found)


def _judge(facts: Facts) -> tuple[Verdict, Text] | None:
    if facts.failures:
        first = facts.failures[0]
        count = len(facts.failures)
        return "fix", Text(
            zh=f"{count} 项验收到期未通过；第一项：{first.zh}",
            en=f"{count} acceptance check{'s' if count > 1 else ''} due and not passed; the first: {first.en}",
        )
    if not facts.is_in_use:
        return None
    if not facts.effects:
        return "wait", facts.waits_for or Text(
            zh="它的效果还没有可测的指标数据。", en="There are no data yet in which its effects show."
        )
    return _by_effect(facts)


def _by_effect(facts: Facts) -> tuple[Verdict, Text]:
    low, middle, high = (_benefit(facts, sign) for sign in (-1, 0, 1))
    cost = facts.yearly_cost
    priced = any(one.worth is not None for one in facts.effects)
    money = f"{_wan(low)} 至 {_wan(high)}", f"{low:,.0f} to {high:,.0f}"
    if priced and high < cost:
        return "stop", Text(
            zh=f"实测年效益 {money[0]}，区间上限仍低于年运行费 {_wan(cost)}。",
            en=f"It brings {money[1]} yuan a year, less than its {cost:,.0f} yuan running cost even at best.",
        )
    for one in facts.effects:
        best = one.improvement + QUANTILE * one.error
        if one.forecast > 0 and best < SHORT_OF * one.forecast:
            return "fix", Text(
                zh=f"实测改善 {one.improvement:.1%}（区间上限 {best:.1%}），不到预测 {one.forecast:.1%} 的一半。",
                en=f"It improves its driver by {one.improvement:.1%} ({best:.1%} at best), less than half of the "
                f"{one.forecast:.1%} forecast.",
            )
    for one in facts.effects:
        if one.before is None:
            continue
        lost = one.before[0] - one.improvement
        if lost > QUANTILE * math.hypot(one.error, one.before[1]):
            return "fix", Text(
                zh=f"效果在衰减：上轮实测改善 {one.before[0]:.1%}，本轮 {one.improvement:.1%}。",
                en=f"The effect fades: {one.before[0]:.1%} when last measured, {one.improvement:.1%} now.",
            )
    if facts.is_pilot and priced and low > cost:
        return "scale", Text(
            zh=f"试点有效：全厂推广的年效益折合 {money[0]}，区间下限仍高于年运行费 {_wan(cost)}。",
            en=f"The pilot works: over the whole factory it is worth {money[1]} yuan a year, more than its {cost:,.0f} "
            "yuan running cost even at worst.",
        )
    if low < 0 < high or not (priced or any(_is_told(one) for one in facts.effects)):
        return "wait", Text(
            zh=f"还不能判断：实测年效益的区间是 {money[0]}，请积累更多数据。",
            en=f"It cannot be told yet: it brings between {money[1]} yuan a year; gather more data.",
        )
    return "keep", Text(
        zh=f"与预测相符，实测年效益约 {_wan(middle)}（{money[0]}）。",
        en=f"As forecast; it brings about {middle:,.0f} yuan a year ({money[1]}).",
    )


def _is_told(one: MeasuredEffect) -> bool:
    return abs(one.improvement) > QUANTILE * one.error


def _benefit(facts: Facts, sign: int) -> float:
    """Yuan a year; at the interval's bounds the effects err independently."""
    priced = [(one, one.worth) for one in facts.effects if one.worth is not None]
    middle = sum(one.improvement * worth for one, worth in priced)
    return middle + sign * QUANTILE * math.sqrt(sum((one.error * worth) ** 2 for one, worth in priced))


def _wan(amount: float) -> str:
    return f"{amount / 1e4:,.1f} 万元"
