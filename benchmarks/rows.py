"""One way to measure and to print a scenario against its peer.

A script in `benchmarks/scenarios/` defines `measure(full, data) -> Iterator[Row]` and ends with `main(measure)`:

    python benchmarks/scenarios/energy.py [--full] [--data ../shared/data] [--json]

`make bench` runs the short form of all of them, each in a process of its own, and prints one table.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"


@dataclass
class Row:
    """One figure of ours beside a peer's, on the same data, in the same run."""

    scenario: str
    data: str
    """Data set and how it was split or cut."""
    measure: str
    """What is compared, with its unit: `RMSE (cycles)`."""
    ours: float
    peer: float | None
    peer_name: str
    better: str
    """lower | higher"""
    target: str
    """What the figure is to reach, in words: `ratio ≤ 0.95`."""
    met: bool
    seconds: float
    """What our run took."""
    published: str = ""
    """The best published figure, with its source."""
    memory_mb: float = 0.0
    """Peak of the whole script so far, filled in by `main`."""

    @property
    def ratio(self) -> float | None:
        return None if not self.peer else self.ours / self.peer


Measure = Callable[[bool, Path], Iterator[Row]]


def main(measure: Measure) -> None:
    """Runs one script's measurements and prints them as they come."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--full", action="store_true", help="every instance and repeat (long)")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the public data sets")
    parser.add_argument("--json", action="store_true", help="one JSON object a row")
    args = parser.parse_args()
    if not args.data.is_dir():
        sys.exit(f"no data folder at {args.data}: say where with --data")
    rows = []
    for row in measure(args.full, args.data):
        row.memory_mb = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        rows.append(row)
        if args.json:
            print(json.dumps({**asdict(row), "ratio": row.ratio}, ensure_ascii=False), flush=True)
    if not args.json:
        print(table([{**asdict(row), "ratio": row.ratio} for row in rows]))


def table(rows: list[dict]) -> str:
    """Returns the rows as a Markdown table, the form in which docs/reference/benchmarks.md keeps them."""
    heads = ["scenario", "data", "measure", "ours", "peer", "ratio", "target", "met", "published best", "s", "MB"]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for row in rows:
        peer = "–" if row["peer"] is None else f"{row['peer']:.4g} ({row['peer_name']})"
        ratio = "–" if row["ratio"] is None else f"{row['ratio']:.3f}"
        cells = [row["scenario"], row["data"], row["measure"], f"{row['ours']:.4g}", peer, ratio, row["target"]]
        cells += ["yes" if row["met"] else "NO", row["published"], f"{row['seconds']:.1f}", f"{row['memory_mb']:.0f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
