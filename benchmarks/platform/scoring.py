"""How fast 100 000 assessments are scored, against a bare numpy reduction of the same size in the same run.

    python benchmarks/platform/scoring.py [--assessments 100000] [--json]

`encode` turns answers as they are stored into arrays, `score` starts from these. The bare reduction multiplies the same
0/1 matrix with one vector of points and compares the sum: the least that any scoring must do.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from tujing.diagnosis.instrument import Instrument, instrument
from tujing.diagnosis.scoring import encode, score, score_many

LIMIT_SECONDS = 2.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assessments", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    report = measure(args.assessments)
    print(
        json.dumps(report, indent=2) if args.json else "\n".join(f"{name}: {value}" for name, value in report.items())
    )


def measure(count: int) -> dict[str, Any]:
    known = instrument("sme_2024")
    chance = random.Random(0)
    patterns = [json.dumps(drawn(known, chance)) for _ in range(1000)]
    # Parsed one by one, as from a database: no two assessments share an object.
    population = [json.loads(patterns[place % len(patterns)]) for place in range(count)]

    seconds_encode, coded = timed(lambda: encode(known, population), repeats=1)
    seconds_score, found = timed(lambda: score_many(known, coded))
    points = np.array([option.points for one in known.indicators for option in one.options], dtype=np.float32)
    seconds_bare, _ = timed(lambda: np.count_nonzero(coded.picked @ points >= 40))

    sample = range(0, count, max(count // 200, 1))
    wrong = sum(found.score[place] != score(known, population[place]).score for place in sample)
    wrong += sum(found.level[place] != score(known, population[place]).level for place in sample)
    return {
        "assessments": count,
        "seconds_encode": round(seconds_encode, 4),
        "seconds_score": round(seconds_score, 4),
        "seconds_total": round(seconds_encode + seconds_score, 4),
        "limit_seconds": LIMIT_SECONDS,
        "within_limit": seconds_encode + seconds_score <= LIMIT_SECONDS,
        "seconds_bare": round(seconds_bare, 4),
        "ratio_score_to_bare": round(seconds_score / seconds_bare, 2),
        "wrong": wrong,
    }


def drawn(known: Instrument, chance: random.Random) -> dict[str, dict[str, Any]]:
    answers: dict[str, dict[str, Any]] = {}
    for one in known.indicators:
        ids = [option.id for option in one.options if not option.exclusive]
        if one.kind == "single":
            answers[one.id] = {"option": chance.choice(ids)}
        else:
            answers[one.id] = {"options": chance.sample(ids, chance.randint(0, len(ids)))}
    return {**answers, **{one.id: {"level": chance.randint(0, 4)} for one in known.scenarios}}


def timed(work: Callable[[], Any], repeats: int = 5) -> tuple[float, Any]:
    """Returns the best time of some repeats, and the last result."""
    best, outcome = float("inf"), None
    for _ in range(repeats):
        start = time.perf_counter()
        outcome = work()
        best = min(best, time.perf_counter() - start)
    return best, outcome


if __name__ == "__main__":
    main()
