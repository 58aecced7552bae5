"""Remaining life and the plan beside their peers, on C-MAPSS and on a constructed two-fault, two-regime fleet.

    python benchmarks/scenarios/predictive_maintenance.py [--full] [--data ../shared/data] [--json]

The true remaining life of NASA's test engines is not at hand: scored are training engines held out by engine, cut off
at cycles drawn like the lengths of the test engines, remaining life capped at 125 on both sides. The short form fits
with less time; the peer is scikit-learn's gradient boosting with default settings on the same sensors and age, in the
same folds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from sklearn.ensemble import HistGradientBoostingRegressor

from rows import Row, main
from tujing.runtime.contract import Budget, Data
from tujing.scenarios.service.predictive_maintenance.fleet import Fleet, History, Life
from tujing.scenarios.service.predictive_maintenance.learner import truncation_weights
from tujing.scenarios.service.predictive_maintenance.solution import PredictiveMaintenance
from tujing.scenarios.service.predictive_maintenance.text_formats import CmapssText

SCENARIO = "service/predictive_maintenance"
DEEP_CNN = 12.61
"""FD001, Li, Ding, Sun 2018 (recalled in the data README), on NASA's test engines."""


def peer(fleet: Fleet, seed: int) -> float:
    """Returns the RMSE of default boosting on raw sensors, settings and age, five folds by life."""
    weights = truncation_weights([one.steps for one in fleet.failed], [one.steps for one in fleet.running])
    rows = [np.column_stack([np.arange(one.steps), one.settings, one.sensors]) for one in fleet.failed]
    goal = [np.minimum(np.arange(one.steps - 1, -1, -1), fleet.cap) for one in fleet.failed]
    fold = np.random.default_rng(seed).permutation(len(rows)) % 5
    squares = []
    for number in range(5):
        seen = np.flatnonzero(fold != number)
        model = HistGradientBoostingRegressor(random_state=seed)
        model.fit(np.vstack([rows[one] for one in seen]), np.concatenate([goal[one] for one in seen]))
        for one in np.flatnonzero(fold == number):
            guess = np.clip(model.predict(rows[one]), 0, fleet.cap)
            squares.append(float((weights[one] * (guess - goal[one]) ** 2).sum()))
    return float(np.sqrt(np.mean(squares)))


def constructed(seed: int = 5, units: int = 40) -> Fleet:
    """Two fault modes that move sensors in opposite directions, two operating regimes; made from a formula."""
    rng = np.random.default_rng(seed)

    def history(name: str, life: int, upto: int) -> History:
        step, mode, regime = np.arange(1, upto + 1), rng.integers(2), rng.integers(2, size=upto)
        wear = np.exp(-rng.uniform(4, 7) * (life - step) / life) + rng.normal(0, 0.04)
        gains = np.array([[1.5, 1.0, 2.0, 0.0, -0.6, 0.0], [0.3, -1.0, 1.8, 0.0, 1.6, 0.0]])[mode]
        sensors = wear[:, None] * gains * 3 + rng.normal(0, 0.6, (upto, 6)) + 15.0 * regime[:, None]
        return History(name, np.column_stack([10.0 * regime, 0.5 * regime]), sensors)

    lengths = rng.integers(120, 300, 2 * units)
    cut = (lengths * rng.uniform(0.25, 0.97, 2 * units)).astype(int)
    failed = tuple(history(str(n + 1), int(lengths[n]), int(lengths[n])) for n in range(units))
    running = tuple(history(str(n + 1), int(lengths[n + units]), int(cut[n + units])) for n in range(units))
    lives = tuple(Life(one.unit, "", float(one.steps), True) for one in failed)
    return Fleet(tuple(f"s{n}" for n in range(6)), failed, running, lives, cap_steps=125)


def measure(full: bool, data: Path) -> Iterator[Row]:
    paths = {part: data / "cmapss" / f"{part}_FD001.txt.gz" for part in ("train", "test")}
    fleets = [("C-MAPSS FD001, engines held out in 5 folds", CmapssText().read(paths), f"{DEEP_CNN} deep CNN, Li 2018")]
    if full:
        fleets.append(("constructed: 2 faults × 2 regimes, 40 lives", constructed(), ""))
    for name, fleet, published in fleets:
        seeds = (1, 2, 3) if full else (1,)
        for seed in seeds:
            started = time.perf_counter()
            run = PredictiveMaintenance(SCENARIO).run(
                Data(instance=fleet), budget=Budget(seconds=90 if full else 20, seed=seed, workers=1)
            )
            seconds = time.perf_counter() - started
            kpis = run.outcome.kpis
            rmse, covered = kpis["rmse"].value, kpis["interval_coverage"].value
            assert rmse is not None and covered is not None
            label = f"{name}, seed {seed}"
            other = peer(fleet, seed)
            limit = DEEP_CNN if published else other
            target = f"below {limit:.4g}"
            yield Row(
                *(SCENARIO, label, "RMSE (cycles), capped at 125", rmse, other, "default boosting", "lower"),
                *(target, rmse < limit, seconds, published),
            )
            yield Row(
                *(SCENARIO, label, "coverage of 90 % intervals", covered, None, "", "higher"),
                *("0.90 ± 0.03", abs(covered - 0.9) <= 0.03, seconds),
            )
            cost = {row["policy"]: row["cost_per_hour"] for row in run.outcome.tables["policies"].to_pylist()}
            for plain in ("fixed_interval", "run_to_failure"):
                yield Row(
                    *(SCENARIO, label, "cost a cycle (CNY), replayed", cost["plan"], cost[plain], plain, "lower"),
                    *("below the peer", cost["plan"] < cost[plain], seconds),
                )


if __name__ == "__main__":
    main(measure)
