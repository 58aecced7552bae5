"""How often the interval holds the truth, and how often something is claimed where nothing was done.

    python benchmarks/platform/effect_coverage.py [--factories 200] [--seed 0] [--json]

Factories of five simulated worlds (`tujing.evaluation.simulated`), two lengths of history, nothing done: a planted
effect only moves the interval, as a test shows. Every method is judged where the data chose it; `all` is the automatic
choice. The methods were chosen on seed 0; another seed is unseen.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict

import numpy as np

from tujing.evaluation.effect import Effect, effects
from tujing.evaluation.simulated import WORLDS, factories

HISTORIES = ((104, 26), (52, 26))
LEAST_COVERED, MOST_CLAIMED = 0.90, 0.07


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--factories", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    rows, met = measure(args.factories, args.seed)
    if args.json:
        print(json.dumps({"rows": rows, "met": met}, indent=2))
    else:
        print("| world | weeks | method | factories | interval holds the truth | claimed | half width |")
        print("|---|---|---|---|---|---|---|")
        for row in rows:
            print(
                f"| {row['world']} | {row['weeks']} | {row['method']} | {row['factories']} "
                f"| {row['covered']:.1%} | {row['claimed']:.1%} | {row['half_width']:.1%} |"
            )
        print(
            f"automatic choice within {LEAST_COVERED:.0%} covered, {MOST_CLAIMED:.0%} claimed: {'yes' if met else 'NO'}"
        )
    sys.exit(0 if met else 1)


def measure(count: int, seed: int) -> tuple[list[dict], bool]:
    rows = []
    everything: dict[str, list[Effect]] = defaultdict(list)
    for before, after in HISTORIES:
        for world in WORLDS:
            made = factories(world, count, 0.0, seed=seed, weeks_before=before, weeks_after=after)
            found = [one for one in effects(made.daily, made.go_live, ["lower"] * count) if isinstance(one, Effect)]
            by_method: dict[str, list[Effect]] = defaultdict(list)
            for one in found:
                by_method[one.method].append(one)
                everything[one.method].append(one)
            everything["all"] += found
            for method, those in [("all", found), *sorted(by_method.items())]:
                rows.append(row(world, f"{before} + {after}", method, those))
    total = [row("every world", "both", method, those) for method, those in sorted(everything.items())]
    whole = [one for one in [*rows, *total] if one["method"] == "all"]
    met = all(one["covered"] >= LEAST_COVERED for one in whole) and total[0]["claimed"] <= MOST_CLAIMED
    return [*rows, *total], met


def row(world: str, weeks: str, method: str, found: list[Effect]) -> dict:
    return {
        "world": world,
        "weeks": weeks,
        "method": method,
        "factories": len(found),
        "covered": float(np.mean([one.estimate.low <= 0.0 <= one.estimate.high for one in found])),
        "claimed": float(np.mean([one.verdict != "cannot_tell" for one in found])),
        "half_width": float(np.median([(one.estimate.high - one.estimate.low) / 2 for one in found])),
    }


if __name__ == "__main__":
    main()
