"""Plan for 60 candidates × 12 quarters: proven optimum, and our time against the same model written straight in CP-SAT.

    python benchmarks/platform/plan_sixty.py [--seeds 1] [--seconds 60] [--json]

Both solve one generated instance (15 scenarios × 4 levels, prerequisites across scenarios, budget for a third of the
costs). Prints for each: status, objective, bound, seconds; and the ratio ours ÷ CP-SAT.
"""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

import numpy as np

from tujing.planning.cashflow import Horizon
from tujing.planning.optimise import Limits, Model, Step

QUARTERS, SCENARIOS, LEVELS = 12, 15, 4


def instance(seed: int) -> tuple[list[Step], Limits]:
    """Returns 60 steps and limits that bind: money for about a third of them, people for about six at once."""
    random = np.random.default_rng(seed)
    horizon = Horizon(QUARTERS, 8, (0.25, 0.5, 0.75, 1.0), 0.10)
    discount, steps, total = horizon.discount(), [], 0.0
    for scenario in range(SCENARIOS):
        for level in range(1, LEVELS + 1):
            cost, quarters = random.uniform(5e4, 6e5) * level**0.5, int(random.integers(1, 4))
            yearly = cost * random.uniform(0.1, 1.2)
            after = [f"s{scenario}@{level - 1}"] if level > 1 else []
            if scenario and random.random() < 0.25:
                after.append(f"s{random.integers(0, scenario)}@{random.integers(1, level + 1)}")
            value = tuple(
                float(
                    (yearly / 4 * horizon.ramp(start + quarters) - cost * horizon.under_way(start, quarters)) @ discount
                )
                for start in range(QUARTERS)
            )
            days = random.uniform(5, 40)
            steps.append(Step(f"s{scenario}@{level}", quarters, cost / quarters, days, value, tuple(after)))
            total += cost
    budget = (0.35 * total / QUARTERS,) * QUARTERS
    return steps, Limits(budget, (120.0,) * QUARTERS, 6)


def straight_cp_sat(steps: list[Step], limits: Limits, seconds: float) -> dict[str, Any]:
    """Solves the same model in CP-SAT's own interface, one Boolean for each start, whole yuan."""
    from ortools.sat.python import cp_model

    model, quarters = cp_model.CpModel(), limits.quarters
    takes = {
        (step.id, start): model.new_bool_var(f"{step.id}:{start}")
        for step in steps
        for start in range(quarters - step.quarters + 1)
    }
    duration = {step.id: step.quarters for step in steps}

    def started(step: str, by: int) -> Any:
        return sum(takes[step, start] for start in range(by + 1) if (step, start) in takes)

    for step in steps:
        model.add(started(step.id, quarters) <= 1)
        for earlier in step.after:
            for quarter in range(quarters):
                model.add(started(step.id, quarter) <= started(earlier, quarter - duration[earlier]))
    for quarter in range(quarters):
        spent, days, under_way = [], [], []
        for step in steps:
            for start in range(quarter + 1):
                if (step.id, start) not in takes:
                    continue
                took = takes[step.id, start]
                spent.append(round(step.spend * min(step.quarters, quarter - start + 1)) * took)
                if quarter < start + step.quarters:
                    days.append(round(step.person_days * 1000) * took)
                    under_way.append(took)
        model.add(sum(spent) <= int(sum(limits.budget[: quarter + 1])))
        model.add(sum(days) <= int(limits.person_days[quarter] * 1000))
        model.add(sum(under_way) <= limits.parallel)
    model.maximize(
        sum(
            round(step.value[start]) * takes[step.id, start]
            for step in steps
            for start in range(quarters)
            if (step.id, start) in takes
        )
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 4
    solver.parameters.max_time_in_seconds = seconds
    begun = time.perf_counter()
    status = solver.solve(model)
    return {
        "status": solver.status_name(status).lower(),
        "objective": solver.objective_value,
        "bound": solver.best_objective_bound,
        "seconds": round(time.perf_counter() - begun, 2),
    }


def ours(steps: list[Step], limits: Limits, seconds: float) -> dict[str, Any]:
    begun = time.perf_counter()
    choice = Model(steps, limits).solve(seconds=seconds)
    return {
        "status": choice.status,
        "objective": choice.objective,
        "bound": choice.bound,
        "gap": choice.gap,
        "chosen": len(choice.starts),
        "seconds": round(time.perf_counter() - begun, 2),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rows = []
    for seed in range(1, args.seeds + 1):
        steps, limits = instance(seed)
        mine, straight = ours(steps, limits, args.seconds), straight_cp_sat(steps, limits, args.seconds)
        rows.append(
            {
                "seed": seed,
                "candidates": len(steps),
                "quarters": limits.quarters,
                "ours": mine,
                "cp_sat": straight,
                "ratio": round(mine["seconds"] / straight["seconds"], 2),
            }
        )
        if not args.json:
            print(json.dumps(rows[-1], ensure_ascii=False))
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    return 0 if all(row["ours"]["status"] == "optimal" for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
