"""What is asked of a plan, checked before anything is worked out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from tujing.problems import refuse

MOST_QUARTERS = 40
LEAST_BUDGET = 1_000.0


def check_quarters(quarters: int) -> int:
    """Returns the number of quarters.

    Raises
    ------
    BadInput
        When it is not between 1 and 40.
    """
    if not 1 <= quarters <= MOST_QUARTERS:
        raise refuse(
            "bad_quarters",
            f"规划期应为 1 到 {MOST_QUARTERS} 个季度，请改正。",
            f"A plan has 1 to {MOST_QUARTERS} quarters; correct the number.",
            key="quarters",
            value=str(quarters),
        )
    return quarters


def spread_budget(budget: float | Sequence[float], quarters: int) -> tuple[float, ...]:
    """Returns yuan coming in each quarter: a total is spread evenly, a list is taken as it is.

    Raises
    ------
    BadInput
        When an amount is negative or no number, the list does not fit, or the total looks like 万元 typed as yuan.
    """
    amounts = [float(budget)] if isinstance(budget, (int, float)) else [float(amount) for amount in budget]
    if any(not math.isfinite(amount) or amount < 0 for amount in amounts):
        raise refuse(
            "bad_budget",
            "预算不能为负，请填写大于零的金额（元）。",
            "A budget cannot be negative; give an amount above nought, in yuan.",
            key="budget",
        )
    if sum(amounts) < LEAST_BUDGET:
        total = sum(amounts)
        raise refuse(
            "budget_too_small",
            f"预算 {total:g} 元不足一千元。单位是元：若指 {total:g} 万元，请填 {total * 10_000:.0f}。",
            f"A budget of {total:g} yuan is under a thousand. The unit is yuan: for {total:g} times ten thousand "
            f"(万元) give {total * 10_000:.0f}.",
            key="budget",
            value=f"{total:g}",
        )
    if isinstance(budget, (int, float)):
        return tuple(amounts[0] / quarters for _ in range(quarters))
    if len(amounts) != quarters:
        raise refuse(
            "budget_length",
            f"逐季预算有 {len(amounts)} 个数，规划期有 {quarters} 个季度，请改成一致。",
            f"There are {len(amounts)} quarterly amounts for {quarters} quarters; give as many as there are quarters.",
            key="budget",
        )
    return tuple(amounts)


def check_capacity(capacity: float | None, usual: float, quarters: int) -> tuple[float, ...]:
    """Returns own people's days at hand in each quarter, by default the usual."""
    days = usual if capacity is None else capacity
    if not math.isfinite(days) or days < 0:
        raise refuse(
            "bad_capacity",
            "每季度可投入的人天不能为负，请改正。",
            "Own people's days in a quarter cannot be negative; correct them.",
            key="capacity",
        )
    return (days,) * quarters


def read_step(wish: str, levels: Iterable[int] = (1, 2, 3, 4)) -> tuple[str, int | None, str]:
    """Splits `wing/name@3:subscribe` into scenario, level (None without `@`) and option (empty without `:`).

    Raises
    ------
    BadInput
        When the part after `@` is no level.
    """
    name, _, option = wish.partition(":")
    scenario, at, level = name.partition("@")
    if at and (not level.isdecimal() or int(level) not in levels):
        raise refuse(
            "bad_step",
            f"“{wish}”中 @ 之后应是 1 到 4 的等级，如 production/scheduling@3。",
            f'After @ in "{wish}" comes a level from 1 to 4, as in production/scheduling@3.',
            value=wish,
        )
    return scenario, int(level) if at else None, option


def check_skills(skills: Mapping[str, float], roles: Iterable[str]) -> dict[str, float]:
    """Returns the days of each role at hand in a quarter.

    Raises
    ------
    BadInput
        When a role is not known, or its days are negative or no number.
    """
    known = list(roles)
    for role, days in skills.items():
        if role not in known:
            raise refuse(
                "unknown_role",
                f"没有名为 {role} 的人员类别，可用的有：{'、'.join(known)}。",
                f"There is no role {role}; there are: {', '.join(known)}.",
                key="skill",
                value=role,
            )
        if not math.isfinite(days) or days < 0:
            raise refuse(
                "bad_skill",
                "每季度可用人天不能为负，请改正。",
                "Days at hand in a quarter cannot be negative; correct them.",
                key="skill",
                value=f"{role}={days:g}",
            )
    return dict(skills)


def quarter_named(text: str, start: date, quarters: int) -> int:
    """Returns which quarter of the plan `2028Q4` is, from 0.

    Raises
    ------
    BadInput
        When it is no quarter, or lies outside the plan.
    """
    year, letter, number = text.strip().upper().partition("Q")
    if not letter or not year.isdecimal() or number not in ("1", "2", "3", "4"):
        raise refuse(
            "bad_quarter",
            f"“{text}”不是季度，请写作 2028Q4 这样的形式。",
            f'"{text}" is no quarter; write it as 2028Q4.',
            key="by",
            value=text,
        )
    place = (int(year) - start.year) * 4 + int(number) - 1 - (start.month - 1) // 3
    if not 0 <= place < quarters:
        last = quarter_start(start, quarters - 1)
        zh_span = f"{start.year}Q{(start.month + 2) // 3} 到 {last.year}Q{(last.month + 2) // 3}"
        raise refuse(
            "quarter_outside_plan",
            f"{text} 不在规划期（{zh_span}）内，请改日期或加长规划期。",
            f"{text} lies outside the plan ({zh_span.replace(' 到 ', ' to ')}); change one of them.",
            key="by",
            value=text,
        )
    return place


def next_quarter(today: date) -> date:
    """Returns the first day of the quarter after the one that `today` is in."""
    return quarter_start(date(today.year, today.month - (today.month - 1) % 3, 1), 1)


def quarter_start(start: date, quarters: int) -> date:
    """Returns the first day `quarters` quarters after `start`."""
    months = start.year * 12 + start.month - 1 + 3 * quarters
    return date(months // 12, months % 12 + 1, 1)


def quarter_end(start: date, quarters: int) -> date:
    """Returns the last day before quarter number `quarters`, counted from `start`."""
    return quarter_start(start, quarters) - timedelta(days=1)


def check_parallel(parallel: int) -> int:
    """Returns the most projects under way at once; at least one."""
    if parallel < 1:
        raise refuse(
            "bad_parallel",
            "同时推进的项目数至少为 1，请改正。",
            "At least one project must be allowed at once; correct the number.",
            key="parallel",
        )
    return parallel
