"""The Pareto front of value and maturity for 200 adoptions × 3 ways × 12 quarters: ten proven points in at most 60 s?

    python benchmarks/platform/pareto.py [--seed 1] [--points 10] [--json]

The instance is that of `plan_two_hundred.py`. Every point is proven best for its number of levels (within a ten-
thousandth of its worth, the tolerance that solvers of this kind have by default), or says that it is not: each of the
questions, asked two at a time, has its part of the minute. The plan itself is solved before the clock starts.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from typing import Any

from plan_two_hundred import instance, timed

from tujing.planning.optimise import Model
from tujing.planning.pareto import front

LIMIT = 60.0
GAP = 1e-4


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--points", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    steps, limits = instance(args.seed)
    model = Model(steps, replace(limits, risk=None))
    plan = model.solve(seconds=120, gap=GAP)
    part = 2 * LIMIT / (args.points + 2)
    points, took = timed(lambda: front(model, plan, points=args.points, gap=GAP, seconds=part))
    document: dict[str, Any] = {
        "points": [{"value": one.value, "levels": one.levels, "proven": one.proven} for one in points],
        "proven": sum(one.proven for one in points),
        **took,
        "limit": LIMIT,
        "met": took["seconds"] <= LIMIT and all(one.proven for one in points),
    }
    print(json.dumps(document, ensure_ascii=False, indent=2 if args.json else None))
    return 0 if document["met"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
