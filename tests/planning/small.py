"""Small cases of the whole problem, and every plan of them by the words of the rules, not by the model's matrix."""

from __future__ import annotations

from itertools import product

import numpy as np

from tujing.planning.optimise import Gain, Item, Limits, Loan, RiskBound, Step, Subsidy, Target, cvar

QUARTERS = 3
DISCOUNT = 0.97


def case(seed: int, risk: bool = False) -> tuple[list[Step], Limits]:
    """Returns up to four steps in up to two ways each, with sources, roles, departments, a duty and a target."""
    random = np.random.default_rng(seed)
    steps: list[Step] = []
    count = int(random.integers(2, 5))
    for number in range(count):
        group = f"s{number}@2"
        after = tuple(f"s{one}@2" for one in range(number) if random.random() < 0.3)
        for way in ("buy", "subscribe")[: int(random.integers(1, 3))]:
            days = float(random.integers(0, 30))
            steps.append(
                Step(
                    f"{group}:{way}",
                    int(random.integers(1, 3)),
                    float(random.integers(0, 60)) * 1000,
                    days,
                    tuple(float(random.integers(-20, 60)) * 1000 for _ in range(QUARTERS)),
                    after,
                    group,
                    department=f"d{random.integers(0, 2)}",
                    skills={"digital": days / 2} if random.random() < 0.5 else {},
                    fee=float(random.integers(0, 10)) * 1000 if way == "subscribe" else 0.0,
                    maturity=int(random.integers(1, 3)),
                )
            )
    groups = list(dict.fromkeys(step.group for step in steps))
    eligible = {step.id: step.spend * step.quarters for step in steps if random.random() < 0.7}
    target = None
    if random.random() < 0.5:
        target = Target(
            level=3,
            by=int(random.integers(1, QUARTERS)),
            score=float(random.integers(0, 4)),
            scenarios=int(random.integers(0, 2)),
            mandatory=int(random.integers(0, 2)),
            gains=tuple(Gain(f"g{one}", 2.0, (group,)) for one, group in enumerate(groups)),
            items=(Item("S01", True, (groups[0],)), Item("S02", False, tuple(groups[1:]))),
        )
    return steps, Limits(
        tuple(float(random.integers(0, 60)) * 1000 for _ in range(QUARTERS)),
        tuple(float(random.integers(10, 60)) for _ in range(QUARTERS)),
        int(random.integers(1, 4)),
        departments={"d0": int(random.integers(1, 3)), "d1": 1},
        skills={"digital": float(random.integers(5, 30))},
        loan=Loan(40_000.0, 0.08, 2) if random.random() < 0.4 else None,
        subsidies=(Subsidy("rule", 0.3, 20_000.0, int(random.integers(0, 2)), eligible),)
        if random.random() < 0.5
        else (),
        mandatory={groups[-1]: None} if random.random() < 0.25 else {},
        target=target,
        risk=RiskBound(random.normal(5_000, 20_000, (8, len(steps), QUARTERS)), 0.75, 15_000.0) if risk else None,
        discount=DISCOUNT,
    )


def plans(steps: list[Step], limits: Limits):
    """Yields every plan that keeps order and limits other than money, as step → start."""
    groups: dict[str, list[Step]] = {}
    for step in steps:
        groups.setdefault(step.of, []).append(step)
    choices = [[None, *((step, start) for step in ways for start in range(QUARTERS))] for ways in groups.values()]
    for picked in product(*choices):
        plan = {step.id: start for one in picked if one is not None for step, start in [one]}
        if _keeps_order_and_capacity(steps, limits, plan):
            yield plan


def _keeps_order_and_capacity(steps: list[Step], limits: Limits, plan: dict[str, int]) -> bool:
    by_id = {step.id: step for step in steps}
    ends = {by_id[name].of: start + by_id[name].quarters for name, start in plan.items()}
    days, under_way, digital = (np.zeros(QUARTERS) for _ in range(3))
    departments = {name: np.zeros(QUARTERS) for name in limits.departments}
    for name, start in plan.items():
        step = by_id[name]
        if start + step.quarters > QUARTERS:
            return False
        if any(one not in ends or ends[one] > start for one in step.after):
            return False
        span = slice(start, start + step.quarters)
        days[span] += step.person_days
        under_way[span] += 1
        digital[span] += step.skills.get("digital", 0.0)
        departments[step.department][span] += 1
    target = limits.target
    if target:
        done = {group for group, end in ends.items() if end <= target.by + 1}
        items = [item for item in target.items if done & set(item.groups)]
        if (
            sum(gain.points for gain in target.gains if done & set(gain.groups)) < target.score
            or len(items) < target.scenarios
            or sum(item.mandatory for item in items) < target.mandatory
        ):
            return False
    return bool(
        all(group in ends for group in limits.mandatory)
        and (days <= np.array(limits.person_days) + 1e-6).all()
        and under_way.max(initial=0) <= limits.parallel
        and (digital <= limits.skills["digital"] + 1e-6).all()
        and all(used.max() <= limits.departments[name] for name, used in departments.items())
    )


def worth(steps: list[Step], limits: Limits, plan: dict[str, int]) -> float | None:
    """Returns the plan's worth with its cheapest loan (a linear programme), or None when it cannot be paid for."""
    from scipy.optimize import linprog

    by_id = {step.id: step for step in steps}
    spent = np.zeros(QUARTERS)
    for name, start in plan.items():
        step = by_id[name]
        spent[start : start + step.quarters] += step.spend
        spent[start + step.quarters :] += step.fee
    received = np.zeros(QUARTERS)
    for rule in limits.subsidies:
        earned = np.zeros(QUARTERS)
        for name, start in plan.items():
            paid = start + by_id[name].quarters - 1 + rule.lag
            if paid < QUARTERS:
                earned[paid] += rule.share * rule.eligible.get(name, 0.0)
        received += np.diff(np.minimum(np.cumsum(earned), rule.cap), prepend=0.0)
    discounts = DISCOUNT ** np.arange(1, QUARTERS + 1)
    value = sum(by_id[name].value[start] for name, start in plan.items()) + float(received @ discounts)
    room = np.cumsum(np.array(limits.budget) + received - spent)
    if limits.loan is None:
        return value if (room >= -1e-6).all() and _bears(steps, limits, plan, value) else None
    loan = limits.loan
    # Cumulative repayment less the draw itself, for each draw, at the end of each quarter.
    owed = np.array([[loan.repaid(t - s) - 1.0 if t >= s else 0.0 for s in range(QUARTERS)] for t in range(QUARTERS)])
    cost = np.array([loan.interest(DISCOUNT) * worth for worth in discounts])
    found = linprog(cost, np.vstack([owed, np.ones(QUARTERS)]), np.append(room, loan.amount), bounds=(0, None))
    if not found.success or not _bears(steps, limits, plan, value - found.fun):
        return None
    return value - float(found.fun)


def _bears(steps: list[Step], limits: Limits, plan: dict[str, int], value: float) -> bool:
    if limits.risk is None:
        return True
    number = {step.id: place for place, step in enumerate(steps)}
    finance = value - sum(steps[number[name]].value[start] for name, start in plan.items())
    losses = -finance - sum((limits.risk.values[:, number[n], s] for n, s in plan.items()), np.zeros(8))
    return cvar(losses, limits.risk.level) <= limits.risk.most + 1e-6


def best(steps: list[Step], limits: Limits, wanted: tuple[str, ...] = ()) -> float:
    """Returns the worth of the best plan that takes the wanted groups; −inf when there is none."""
    of = {step.id: step.of for step in steps}
    found = [
        value
        for plan in plans(steps, limits)
        if set(wanted) <= {of[name] for name in plan} and (value := worth(steps, limits, plan)) is not None
    ]
    return max(found, default=-np.inf)
