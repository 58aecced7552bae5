"""How fast 100 000 enterprises are scored by every instrument from their capability facts, against the limit.

    python benchmarks/platform/crosswalk.py [--enterprises 100000] [--json]

The facts are drawn at random as arrays; a sample is scored one by one as well and must agree.
"""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

import numpy as np

from tujing.diagnosis.catalogue import every_instrument
from tujing.diagnosis.crosswalk.facts import Fact, facts, mapping
from tujing.diagnosis.crosswalk.fill import filled
from tujing.diagnosis.crosswalk.population import levels
from tujing.diagnosis.grading.form import Form
from tujing.diagnosis.grading.grade import grade
from tujing.diagnosis.scoring import score

LIMIT_SECONDS = 10.0
SAMPLE = 50


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--enterprises", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    report = measure(args.enterprises)
    lines = json.dumps(report, indent=2) if args.json else "\n".join(f"{key}: {value}" for key, value in report.items())
    print(lines)
    return 0 if report["within_limit"] and not report["wrong_in_sample"] else 1


def measure(count: int) -> dict[str, Any]:
    chance = np.random.default_rng(0)
    known = {id: drawn(fact, chance, count) for id, fact in facts().items()}
    started = time.perf_counter()
    found = {id: levels(id, known) for id in mapping()}
    seconds = time.perf_counter() - started
    wrong = 0
    for place in range(0, count, max(count // SAMPLE, 1)):
        one = {id: plain(fact, known[id][place]) for id, fact in facts().items()}
        for id in mapping():
            instrument, answers = every_instrument()[id], filled(id, one)
            form = isinstance(instrument, Form)
            level = grade(instrument, answers).level if form else score(instrument, answers).level
            wrong += level is not None and level != found[id][place]
    return {
        "enterprises": count,
        "instruments": len(found),
        "seconds": round(seconds, 3),
        "limit_seconds": LIMIT_SECONDS,
        "ratio_to_limit": round(seconds / LIMIT_SECONDS, 3),
        "within_limit": seconds <= LIMIT_SECONDS,
        "wrong_in_sample": int(wrong),
    }


def drawn(fact: Fact, chance: np.random.Generator, count: int) -> np.ndarray:
    highest = {"level": 5, "degree": 3, "held": 1, "choice": len(fact.choices) - 1}.get(fact.kind)
    if highest is not None:
        return chance.integers(0, highest, count, endpoint=True).astype(float)
    return chance.random(count) * (1 if fact.kind == "share" else 1e8)


def plain(fact: Fact, value: float) -> Any:
    if fact.kind == "choice":
        return fact.choices[int(value)]
    return bool(value) if fact.kind == "held" else float(value)


if __name__ == "__main__":
    raise SystemExit(main())
