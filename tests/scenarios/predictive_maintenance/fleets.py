"""Small fleets made for the tests: two fault modes that move one sensor in opposite directions, several regimes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import tujing.scenarios.service.predictive_maintenance as package
from tujing.scenarios.service.predictive_maintenance.fleet import Fleet, History, Life

SAMPLE = Path(next(iter(package.__path__))) / "sample"


def history(rng, name: str, life: int, upto: int, regimes: int = 1) -> History:
    step = np.arange(1, upto + 1)
    wear = np.exp(-4 * (life - step) / life)
    sign = rng.choice([-1.0, 1.0])
    regime = rng.integers(regimes, size=upto)
    sensors = np.column_stack([3 * wear, 3 * sign * wear, np.zeros(upto)]) + rng.normal(0, 0.15, (upto, 3))
    return History(name, np.column_stack([regime * 10.0, np.zeros(upto)]), sensors + 20.0 * regime[:, None])


def fleet(units: int = 14, regimes: int = 1, seed: int = 0) -> Fleet:
    rng = np.random.default_rng(seed)
    lengths = rng.integers(40, 80, size=2 * units)
    failed = [history(rng, f"F{n}", int(lengths[n]), int(lengths[n]), regimes) for n in range(units)]
    running = [
        history(rng, f"R{n}", int(lengths[units + n]), int(lengths[units + n] * rng.uniform(0.3, 0.9)), regimes)
        for n in range(units)
    ]
    lives = [Life(one.unit, "", float(one.steps), True) for one in failed]
    return Fleet(("up", "either", "dead"), tuple(failed), tuple(running), tuple(lives))


def cmapss_text(histories) -> str:
    lines = []
    for unit, one in enumerate(histories, start=1):
        for cycle, (settings, sensors) in enumerate(zip(one.settings, one.sensors, strict=True), start=1):
            values = [*settings, 100.0, *sensors, *([518.67] * (21 - len(sensors)))]
            lines.append(f"{unit} {cycle} " + " ".join(f"{value:.4f}" for value in values))
    return "\n".join(lines) + "\n"
