"""Customers' orders, and the lots (work orders) that the planner makes of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .plant import DAY, Clock, plant, stream

CLOSE_OF_BUSINESS = 17 * 60


@dataclass(frozen=True)
class Line:
    """One sales order line. Days count from the clock's first day."""

    order: str
    number: int
    customer: str
    product: str
    quantity: int
    ordered: int
    promised: int


@dataclass(frozen=True)
class Lot:
    """One work order: release and due in minutes from the clock's first day."""

    number: str
    line: int
    product: str
    family: str
    quantity: int
    release: int
    due: int
    weight: int
    era: int = 0


def orders(seed: int, clock: Clock, last_day: int) -> tuple[list[Line], list[Lot]]:
    """Returns the order lines placed up to `last_day`, and their lots by era and release time."""
    rules, rng = plant(), stream(seed, "demand")
    demand, customers = rules["demand"], list(rules["customers"])
    families = rules["families"]
    shares = np.array([rules["customers"][name]["share"] for name in customers])
    members = {family: [p for p, fact in rules["products"].items() if fact["family"] == family] for family in families}
    family_names = list(families)
    family_shares = np.array([families[name]["share"] for name in family_names])
    lines: list[Line] = []
    drafts: list[tuple[int, int, int, int, int]] = []
    order, mood, number = 0, 1.0, 0
    for day in (index for index in clock.working_days if index <= last_day):
        today = clock.dates[day]
        if today.weekday() == 0:
            mood = float(np.exp(rng.normal(0, demand["weekly_noise"])))
        growth = (1 + demand["yearly_growth"]) ** ((today.year - 2025) + today.timetuple().tm_yday / 365 - 0.25)
        rate = demand["lines_per_day"] * growth * demand["month_factors"][today.month - 1] * mood
        customer = ""
        for _ in range(rng.poisson(rate)):
            if customer and rng.random() < 0.3:
                number += 1
            else:
                order, number = order + 1, 1
                customer = customers[rng.choice(len(customers), p=shares / shares.sum())]
            family = family_names[rng.choice(len(family_names), p=family_shares / family_shares.sum())]
            product = members[family][rng.integers(len(members[family]))]
            lots = 2 if rng.random() < demand["two_lot_share"] else 1
            mean = families[family]["lot"]
            sizes = np.clip(mean * np.exp(rng.normal(0, demand["lot_spread"], lots)), mean * 0.6, mean * 1.35)
            quantities = [max(1, round(size)) for size in sizes]
            promised = clock.later(day, int(rng.integers(demand["promise_days"][0], demand["promise_days"][1] + 1)))
            release = clock.later(day, int(rng.integers(demand["planning_days"][0], demand["planning_days"][1] + 1)))
            name = f"SO-{order:05d}"
            lines.append(Line(name, number, customer, product, sum(quantities), day, promised))
            era = clock.era_of_day(day)
            drafts += [(era, release, len(lines) - 1, part, quantity) for part, quantity in enumerate(quantities)]
    lots_out = []
    for count, (era, release, line, _, quantity) in enumerate(sorted(drafts), start=1):
        fact = lines[line]
        lots_out.append(
            Lot(
                number=f"WO-{count:05d}",
                line=line,
                product=fact.product,
                family=rules["products"][fact.product]["family"],
                quantity=quantity,
                release=release * DAY + clock.opens,
                due=fact.promised * DAY + CLOSE_OF_BUSINESS,
                weight=rules["customers"][fact.customer]["weight"],
                era=era,
            )
        )
    return lines, lots_out
