"""100 000 Monte Carlo draws of a plan of 200 adoptions, against the same draws written straight in numpy.

    python benchmarks/platform/monte_carlo.py [--draws 100000] [--adoptions 200] [--repeats 5] [--json]

Each adoption has an effect, a one-off and a yearly cost, all uncertain and correlated, over 20 quarters. Ours gives net
present value, loss, payback, internal rate of return, shortfall and deepest cash. The straight version draws the same
distributions with double-precision normals, the exact inverse, and one pass for each quarter, and gives net present
value, loss and payback only; it is timed in the same run, once, and both must agree on the mean and the spread.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from typing import Any

import numpy as np

from tujing.planning.candidates import Candidate, EffectOn
from tujing.planning.cashflow import Horizon, Portfolio
from tujing.planning.montecarlo import Risk, simulate
from tujing.planning.uncertainty import Triangular
from tujing.planning.value import DRIVERS
from tujing.words import Text

LIMIT_SECONDS = 1.0
HORIZON = Horizon(quarters=12, quarters_after=8, ramp_up=(0.25, 0.5, 0.75, 1.0), discount_rate=0.10)
WORTH = dict.fromkeys(DRIVERS, 6e7)
EFFECTS, COSTS = 0.5, 0.3
"""Correlation of effects and of costs."""


def plan(adoptions: int) -> Portfolio:
    """Returns a generated plan; seeded, so that every run values the same one."""
    random = np.random.default_rng(0)
    projects = []
    for number in range(adoptions):
        low, mode, high = (float(share) for share in np.sort(random.uniform(0, 0.02, 3)))
        cost = float(random.uniform(5e4, 1e6))
        effect = EffectOn(
            DRIVERS[number % len(DRIVERS)], "kpi", Triangular(low, mode, high), "benchmark", "constructed"
        )
        one = Candidate(
            scenario=f"production/p{number}",
            name=Text(zh="场景", en="Scenario"),
            level=2,
            quarters=int(random.integers(1, 5)),
            one_off=Triangular(0.6 * cost, cost, 2 * cost),
            yearly=Triangular(0.06 * cost, 0.1 * cost, 0.2 * cost),
            person_days=10.0,
            effects=(effect,),
            after=(),
        )
        projects.append((one, int(random.integers(0, 9))))
    return Portfolio(projects, WORTH, HORIZON)


def straight(portfolio: Portfolio, draws: int, seed: int = 0, chunk: int = 10_000) -> dict[str, float]:
    """Draws and values the plan as one would write it down: double precision, one array operation for each formula."""
    from scipy.special import ndtr

    random = np.random.default_rng(seed)
    discount = (1 + HORIZON.discount_rate) ** (-(np.arange(HORIZON.length) + 1) / 4)

    def drawn(figures: list[Triangular], rows: int, common: np.ndarray, correlation: float) -> np.ndarray:
        own = random.standard_normal((rows, len(figures)))
        share = ndtr(math.sqrt(correlation) * common + math.sqrt(1 - correlation) * own)
        low, mode, high = (np.array([getattr(one, name) for one in figures]) for name in ("low", "mode", "high"))
        width = high - low
        rising = low + np.sqrt(share * width * (mode - low))
        falling = high - np.sqrt((1 - share) * width * (high - mode))
        return np.where(share < (mode - low) / width, rising, falling)

    npv, back = [], []
    for begin in range(0, draws, chunk):
        rows = min(chunk, draws - begin)
        effect_factor, cost_factor = random.standard_normal((rows, 1)), random.standard_normal((rows, 1))
        effects = drawn([one.improvement for _, one in portfolio.effects], rows, effect_factor, EFFECTS)
        one_off = drawn([one.one_off for one, _ in portfolio.projects], rows, cost_factor, COSTS)
        yearly = drawn([one.yearly for one, _ in portfolio.projects], rows, cost_factor, COSTS)
        cash = np.zeros((rows, HORIZON.length))
        for quarter in range(HORIZON.length):
            left = {driver: np.ones(rows) for driver in DRIVERS}
            for number, (one, start) in enumerate(portfolio.projects):
                live = start + one.quarters
                if start <= quarter < live:
                    cash[:, quarter] -= one_off[:, number] / one.quarters
                if quarter >= live:
                    steps = (*HORIZON.ramp_up, 1.0)
                    ramp = steps[min(quarter - live, len(steps) - 1)]
                    cash[:, quarter] -= yearly[:, number] / 4
                    left[one.effects[0].driver] *= 1 - ramp * effects[:, number]
            for driver, rest in left.items():
                cash[:, quarter] += WORTH[driver] / 4 * (1 - rest)
        short = np.cumsum(cash, axis=1) < 0
        last = HORIZON.length - np.argmax(short[:, ::-1], axis=1)
        back.append(np.where(short[:, -1], np.inf, np.where(short.any(axis=1), last + 1.0, 0.0)))
        npv.append(cash @ discount)
    values, quarters = np.concatenate(npv), np.concatenate(back)
    return {
        "mean": float(values.mean()),
        "standard_deviation": float(values.std(ddof=1)),
        "p10": float(np.quantile(values, 0.1)),
        "loss": float((values < 0).mean()),
        "payback": float(np.quantile(quarters, 0.5, method="lower")),
    }


def measure(draws: int, adoptions: int, repeats: int) -> dict[str, Any]:
    portfolio = plan(adoptions)
    simulate(portfolio, EFFECTS, COSTS, 1_000)  # what is read once is read
    seconds, processor, ours = math.inf, math.inf, None
    for _ in range(repeats):
        begun, used = time.perf_counter(), time.process_time()
        ours = simulate(portfolio, EFFECTS, COSTS, draws)
        seconds = min(seconds, time.perf_counter() - begun)
        processor = min(processor, time.process_time() - used)
    assert ours is not None
    begun, used = time.perf_counter(), time.process_time()
    plain = straight(portfolio, draws)
    seconds_straight, processor_straight = time.perf_counter() - begun, time.process_time() - used
    return {
        "draws": draws,
        "adoptions": adoptions,
        "quarters": HORIZON.length,
        "seconds": round(seconds, 3),
        "seconds_straight": round(seconds_straight, 3),
        "processor_seconds": round(processor, 3),
        "processor_seconds_straight": round(processor_straight, 3),
        "ratio": round(seconds / seconds_straight, 4),
        "limit_seconds": LIMIT_SECONDS,
        "mean": round(ours.mean),
        "mean_straight": round(plain["mean"]),
        "standard_deviation": round(ours.standard_deviation),
        "standard_deviation_straight": round(plain["standard_deviation"]),
        "agree": agree(ours, plain, draws),
        "met": seconds <= LIMIT_SECONDS and agree(ours, plain, draws),
    }


def agree(ours: Risk, plain: dict[str, float], draws: int) -> bool:
    """Returns whether both differ by no more than five standard errors of a difference."""
    error = ours.standard_deviation * math.sqrt(2 / draws)
    return (
        abs(ours.mean - plain["mean"]) < 5 * error
        and abs(ours.standard_deviation / plain["standard_deviation"] - 1) < 5 / math.sqrt(draws)
        and abs(ours.p10 - plain["p10"]) < 10 * error
        and abs(ours.loss - plain["loss"]) < 5 * math.sqrt(0.5 / draws)
        and ours.payback == plain["payback"]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=100_000)
    parser.add_argument("--adoptions", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    row = measure(args.draws, args.adoptions, args.repeats)
    print(json.dumps(row, indent=2) if args.json else "\n".join(f"{name}: {value}" for name, value in row.items()))
    return 0 if row["met"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
