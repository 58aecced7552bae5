"""Imports a million operation events, fully checked, against a bare columnar library that reads, casts and writes.

    python benchmarks/platform/import_million.py [--rows 1000000] [--repeats 3] [--keys shuffled|ascending]

Both run in fresh processes on the same file, in turn. Times are of the work, after the libraries are loaded; the least
of the repeats counts. Ours looks at the encoding of the whole file, casts, trims, checks required columns, ranges,
finite numbers, plausible dates and references to 50 000 work orders, proves the keys unique, and writes. Exits with 1
beyond a target.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TIME_TARGET = 3.0
"""Ours over bare."""
MEMORY_TARGET = 4.0
"""Peak resident memory of the importing process over the size of the file."""
WORK_ORDERS = 50_000


def generate(path: Path, rows: int, keys: str) -> None:
    """Writes the file: a year and eleven months of a shop with three work centres, seeded."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.csv as pacsv

    random = np.random.default_rng(20260301)
    numbers = random.permutation(rows) if keys == "shuffled" else np.arange(rows)
    start = np.datetime64("2025-01-01T00:00:00") + random.integers(0, 60 * 24 * 700, rows).astype("timedelta64[m]")
    table = pa.table(
        {
            "event_id": [f"E{number:08d}" for number in numbers.tolist()],
            "work_order_id": [f"WO{number:06d}" for number in random.integers(0, WORK_ORDERS, rows).tolist()],
            "sequence": random.integers(1, 9, rows) * 10,
            "operation": random.choice(["车削", "磨削", "绕线", "装配"], rows),
            "work_centre_id": random.choice(["WC01", "WC02", "WC03"], rows),
            "operator_id": random.choice(["P01", "P02", "P03", "P04"], rows),
            "start_time": start,
            "end_time": start + random.integers(5, 240, rows).astype("timedelta64[m]"),
            "setup_minutes": random.integers(0, 600, rows) / 10,
            "good_quantity": random.integers(1, 100, rows).astype(float),
            "scrap_quantity": random.integers(0, 3, rows).astype(float),
        }
    )
    pacsv.write_csv(table, path)


def bare(path: Path, part: Path) -> float:
    """The measure: pyarrow reads with the target types and writes what it read."""
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    from tujing.dataspace.schema import arrow_schema
    from tujing.elements.definition import element

    options = pacsv.ConvertOptions(column_types=arrow_schema(element("operation_event")))
    started = time.perf_counter()
    pq.write_table(pacsv.read_csv(path, convert_options=options), part)
    return time.perf_counter() - started


def ours(path: Path, part: Path) -> float:
    """What `services.import_file` does between reading the state and writing it."""
    import pyarrow as pa

    from tujing.dataspace.engine import engine
    from tujing.dataspace.importing import Job, load
    from tujing.dataspace.mapping import choose
    from tujing.dataspace.sniff import sniff
    from tujing.elements.definition import element

    definition = element("operation_event")
    references = {"work_order.work_order_id": pa.array([f"WO{number:06d}" for number in range(WORK_ORDERS)])}
    asked = engine()
    started = time.perf_counter()
    source = sniff(path)
    columns = choose(definition, source.headings).columns
    loaded = load(Job(source, definition, columns, part, references), asked, part.with_suffix(".csv"))
    seconds = time.perf_counter() - started
    assert loaded.rejected == 0, loaded.problems
    return seconds


def measure(who: str, path: Path, part: Path) -> dict[str, float]:
    """Runs one of the two in a process of its own. This one must stay small: a child's peak starts at its parent's."""
    output = subprocess.run(
        [sys.executable, __file__, "--only", who, str(path), str(part)], capture_output=True, check=True
    )
    return json.loads(output.stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--keys", choices=["shuffled", "ascending"], default="shuffled")
    parser.add_argument("--only", nargs=3, metavar=("WHO", "FILE", "PART"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.only:
        who, path, part = args.only
        seconds = {"bare": bare, "ours": ours}[who](Path(path), Path(part))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"seconds": seconds, "peak_bytes": peak}))
        return 0
    with tempfile.TemporaryDirectory(prefix="tujing-benchmark-") as folder:
        path = Path(folder) / "operation_event.csv"
        writing = multiprocessing.get_context("spawn").Process(target=generate, args=(path, args.rows, args.keys))
        writing.start()
        writing.join()
        size = path.stat().st_size
        runs = [
            {who: measure(who, path, Path(folder) / f"{who}.parquet") for who in ("bare", "ours")}
            for _ in range(args.repeats)
        ]
    least = {who: min(run[who]["seconds"] for run in runs) for who in ("bare", "ours")}
    peak = {who: max(run[who]["peak_bytes"] for run in runs) for who in ("bare", "ours")}
    ratio, memory = least["ours"] / least["bare"], peak["ours"] / size
    report = {
        "rows": args.rows,
        "keys": args.keys,
        "file_megabytes": round(size / 2**20, 1),
        "bare_seconds": round(least["bare"], 3),
        "ours_seconds": round(least["ours"], 3),
        "time_ratio": round(ratio, 2),
        "time_target": TIME_TARGET,
        "bare_peak_over_file": round(peak["bare"] / size, 2),
        "ours_peak_over_file": round(memory, 2),
        "memory_target": MEMORY_TARGET,
    }
    print(json.dumps(report, indent=2))
    return 0 if ratio <= TIME_TARGET and memory <= MEMORY_TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
