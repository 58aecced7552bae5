"""Plan 200 adoptions × 3 ways × 12 quarters with all constraints: proven optimum in at most 10 s on two cores?

    python benchmarks/platform/plan_two_hundred.py [--seeds 1] [--seconds 120] [--straight] [--json]

One generated instance a seed: 67 scenarios with levels 2 to 4, each bought, subscribed or built; prerequisites across
scenarios; own funds by quarter, a loan and a subsidy; days of all people and of five roles; projects at once in all and
in each of six departments; ten duties; a target level by the eighth quarter; CVaR over 20 drawn cases. `--straight`
also solves the same rows written straight in HiGHS' own interface, without our core. Prints status, objective, bound,
seconds of wall clock and of processor; the ratio ours ÷ straight; and whether 10 s were met.
"""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

import highspy
import numpy as np

from tujing.planning import optimise
from tujing.planning.cashflow import Horizon
from tujing.planning.optimise import Choice, Gain, Item, Limits, Loan, Model, RiskBound, Step, Subsidy, Target

QUARTERS, SCENARIOS, ADOPTIONS, DEPARTMENTS, ROLES = 12, 67, 200, 6, 5
LIMIT = 10.0
DRAWS = 20


def instance(seed: int) -> tuple[list[Step], Limits]:
    """Returns 600 steps (200 adoptions in three ways) and limits that bind."""
    random = np.random.default_rng(seed)
    horizon = Horizon(QUARTERS, 8, (0.25, 0.5, 0.75, 1.0), 0.10)
    discount = horizon.discount()
    steps: list[Step] = []
    total, days_in_all, adoptions = 0.0, 0.0, 0
    departments = random.integers(0, DEPARTMENTS, SCENARIOS)
    for scenario in range(SCENARIOS):
        for level in (2, 3, 4):
            if adoptions == ADOPTIONS:
                continue
            adoptions += 1
            cost = float(np.exp(random.uniform(np.log(4e4), np.log(6e5)))) * (level - 1) ** 0.8
            quarters = int(random.integers(1, 3)) + (level >= 3)
            yearly = cost * random.lognormal(-0.7, 0.6)
            days = random.uniform(8, 35) * (level - 1) ** 0.5
            run = cost * 0.15
            after = [f"s{scenario}@{level - 1}"] if level > 2 else []
            if scenario and random.random() < 0.25:
                after.append(f"s{random.integers(0, scenario)}@{random.integers(2, level + 1)}")
            roles = random.choice(ROLES, size=2, replace=False)
            split = random.uniform(0.2, 0.8)
            total, days_in_all = total + cost, days_in_all + days
            ways = (
                ("buy", cost, run, quarters, days, 1.0),
                (
                    "subscribe",
                    cost * random.uniform(0.25, 0.45),
                    run + cost * random.uniform(0.2, 0.35),
                    max(1, quarters - 1),
                    days * 0.7,
                    random.uniform(0.85, 1.0),
                ),
                (
                    "build",
                    cost * random.uniform(0.6, 0.95),
                    run * 0.7,
                    quarters + 1,
                    days * 1.8,
                    random.uniform(0.95, 1.1),
                ),
            )
            for way, once, each_year, long, taken, effect in ways:
                value = tuple(
                    float(
                        (
                            yearly * effect / 4 * horizon.ramp(start + long)
                            - once * horizon.under_way(start, long)
                            - each_year * horizon.in_use(start + long)
                        )
                        @ discount
                    )
                    for start in range(QUARTERS)
                )
                steps.append(
                    Step(
                        f"s{scenario}@{level}:{way}",
                        long,
                        once / long,
                        taken / long,
                        value,
                        tuple(after),
                        group=f"s{scenario}@{level}",
                        department=f"d{departments[scenario]}",
                        skills={
                            f"r{roles[0]}": taken / long * split,
                            f"r{roles[1]}": taken / long * (1 - split),
                        },
                        fee=each_year / 4 if way == "subscribe" else 0.0,
                    )
                )
    people = 0.5 * days_in_all / QUARTERS
    items = tuple(
        Item(f"i{one}", one < 10, tuple(f"s{s}@{level}" for s in range(one, SCENARIOS, 16) for level in (3, 4)))
        for one in range(16)
    )
    gains = tuple(Gain(f"g{one}", 0.7, (f"s{one}@2",)) for one in range(40))
    factor = random.standard_normal((DRAWS, 1, 1))
    own = random.standard_normal((DRAWS, len(steps), 1))
    worth = np.array([step.value for step in steps])
    drawn = worth * (1 + 0.25 * (np.sqrt(0.5) * factor + np.sqrt(0.5) * own))
    limits = Limits(
        (0.2 * total / QUARTERS,) * QUARTERS,
        (people,) * QUARTERS,
        14,
        departments={f"d{one}": 4 for one in range(DEPARTMENTS)},
        skills={f"r{one}": 1.3 * people / ROLES for one in range(ROLES)},
        loan=Loan(0.03 * total, 0.045, 8),
        subsidies=(
            Subsidy("rule", 0.2, 0.01 * total, 2, {s.id: s.spend * s.quarters for s in steps if "@3:buy" in s.id}),
        ),
        mandatory={f"s{one}@2": 9 for one in range(0, 50, 5)},
        target=Target(3, 7, 14.0, 8, 5, gains, items),
        risk=RiskBound(drawn, 0.9, -0.1 * total),
        discount=1.1**-0.25,
    )
    return steps, limits


def timed(work: Any) -> tuple[Any, dict[str, float]]:
    wall, processor = time.perf_counter(), time.process_time()
    found = work()
    return found, {
        "seconds": round(time.perf_counter() - wall, 2),
        "processor_seconds": round(time.process_time() - processor, 2),
    }


def told(choice: Choice) -> dict[str, Any]:
    return {
        "status": choice.status,
        "objective": choice.objective,
        "bound": choice.bound,
        "gap": choice.gap,
        "chosen": len(choice.starts),
    }


def straight(model: Model, seconds: float) -> dict[str, Any]:
    """Hands the same rows to HiGHS as they are, with its own settings and one thread."""
    form = model.form
    bounds = model._bounds(None)

    def work() -> Any:
        solver = optimise._load(form, bounds, integer=True)
        solver.setOptionValue("time_limit", seconds)
        solver.setOptionValue("mip_rel_gap", optimise.GAP)
        solver.setOptionValue("mip_abs_gap", optimise.YUAN * 1e-3)
        solver.run()
        return solver

    solver, took = timed(work)
    info = solver.getInfo()
    proven = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return {
        "status": "optimal" if proven else "cut short",
        "objective": info.objective_function_value * 1e3,
        "bound": info.mip_dual_bound * 1e3,
        **took,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--straight", action="store_true")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rows = []
    for seed in range(1, args.seeds + 1):
        steps, limits = instance(seed)
        choice, took = timed(lambda steps=steps, limits=limits: Model(steps, limits).solve(seconds=args.seconds))
        row: dict[str, Any] = {
            "seed": seed,
            "adoptions": ADOPTIONS,
            "ways": 3,
            "quarters": QUARTERS,
            "ours": told(choice) | took,
            "limit": LIMIT,
            "met": choice.status == "optimal" and took["seconds"] <= LIMIT,
        }
        if args.straight:
            row["straight"] = straight(Model(steps, limits), args.seconds)
            row["ratio"] = round(took["processor_seconds"] / row["straight"]["processor_seconds"], 2)
        rows.append(row)
        if not args.json:
            print(json.dumps(row, ensure_ascii=False), flush=True)
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    return 0 if all(row["met"] for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
