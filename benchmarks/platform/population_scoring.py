"""How fast 1 000 000 assessments are scored where they lie, against a raw scan of the same columns in the same run.

    python benchmarks/platform/population_scoring.py [--assessments 1000000] [--json]

The SME 2024 instrument is compiled to one expression over columns of bits; DuckDB runs it over a Parquet file. Scored
is what an association asks: how many enterprises are at each level, and their mean score. The raw scan sums every
column that the scoring reads, in the same engine on the same threads; both are run in turns, and the best of each
counts. A sample is scored by `scoring.score` one by one and must agree.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scoring import drawn

from tujing.dataspace.engine import engine
from tujing.diagnosis.instrument import instrument
from tujing.diagnosis.peers.columns import ANSWERED, columns, schema, scored
from tujing.diagnosis.scoring import score

LIMIT_RATIO = 3.0
PATTERNS = 20_000
REPEATS = 15


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assessments", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = measure(args.assessments, Path(folder) / "population.parquet")
    lines = json.dumps(report, indent=2) if args.json else "\n".join(f"{key}: {value}" for key, value in report.items())
    print(lines)
    return 0 if report["met"] and not report["wrong_in_sample"] else 1


def measure(count: int, path: Path) -> dict[str, Any]:
    known, chance = instrument("sme_2024"), random.Random(0)
    patterns = [drawn(known, chance) for _ in range(PATTERNS)]
    drawn_rows = np.random.default_rng(0).integers(0, PATTERNS, count)
    table = columns(known, patterns).take(pa.array(drawn_rows))
    pq.write_table(table, path, compression="zstd")

    source = engine().table([path])
    found = scored(known, source)
    asked = found.group_by("level").agg(enterprises=found.count(), mean=found.score.mean()).order_by("level")
    read = [name for name in schema(known).names if name != ANSWERED]
    raw = source.agg(**{name: source[name].sum() for name in read})
    seconds = {"scored": float("inf"), "raw": float("inf")}
    for _ in range(REPEATS):
        for name, expression in (("scored", asked), ("raw", raw)):
            started = time.perf_counter()
            expression.to_pyarrow()
            seconds[name] = min(seconds[name], time.perf_counter() - started)

    sample = range(0, count, max(count // 500, 1))
    rows = found.to_pyarrow().take(pa.array(sample)).to_pylist()
    one_by_one = [score(known, patterns[drawn_rows[place]]) for place in sample]
    wrong = sum(
        row["score"] != round(one.score * 1000) or row["level"] != one.level
        for row, one in zip(rows, one_by_one, strict=True)
    )
    ratio = seconds["scored"] / seconds["raw"]
    return {
        "assessments": count,
        "seconds_scored": round(seconds["scored"], 4),
        "seconds_raw_scan": round(seconds["raw"], 4),
        "ratio": round(ratio, 2),
        "limit_ratio": LIMIT_RATIO,
        "met": ratio <= LIMIT_RATIO,
        "megabytes": round(path.stat().st_size / 1e6, 1),
        "sample": len(sample),
        "wrong_in_sample": wrong,
    }


if __name__ == "__main__":
    raise SystemExit(main())
