"""What is asked of a plan, checked before anything is worked out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
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


def read_step(wish: str, levels: Iterable[int] = (1, 2, 3, 4)) -> tuple[str, int | None]:
    """Splits `wing/name@3` into scenario and level; without `@` the level is None.

    Raises
    ------
    BadInput
        When the part after `@` is no level.
    """
    scenario, at, level = wish.partition("@")
    if at and (not level.isdigit() or int(level) not in levels):
        raise refuse(
            "bad_step",
            f"“{wish}”中 @ 之后应是 1 到 4 的等级，如 production/scheduling@3。",
            f'After @ in "{wish}" comes a level from 1 to 4, as in production/scheduling@3.',
            value=wish,
        )
    return scenario, int(level) if at else None


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
