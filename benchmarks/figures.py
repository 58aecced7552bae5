"""Repeats every command of `docs/reference/figures.md` and compares each KPI with the figure recorded there.

    python benchmarks/figures.py [--only production/energy …] [--data ../shared/data] [--write]

A row is scenario, the words after `tujing scenario run SCENARIO`, KPI, value and tolerance (in percent of the value, or
plain). `$DATA` stands for the folder of public data sets, `$SAMPLE` for the scenario's own sample. `--write` records
what was found in place of the old values. Exits with 1 when a figure is outside its tolerance.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "reference" / "figures.md"
LINE = re.compile(
    r"^\| (?P<scenario>\w+/\w+) \| `(?P<words>[^`]+)` \| (?P<kpi>\w+) "
    r"\| (?P<value>\S+) \| (?P<slack>\S+)(?P<share> %)? \|$"
)


@dataclass(frozen=True)
class Figure:
    """One row of the page; `line` is its number there, from 0."""

    line: int
    scenario: str
    words: str
    kpi: str
    value: float | None
    tolerance: float
    """In the KPI's own unit."""


def figures(page: str) -> list[Figure]:
    """Returns the rows in the order of the page; a value that is still to be taken is written as `?`."""
    found = []
    for number, line in enumerate(page.splitlines()):
        row = LINE.match(line)
        if row:
            value = None if row["value"] == "?" else float(row["value"])
            slack = float(row["slack"])
            slack = slack / 100 * abs(value or 0.0) if row["share"] else slack
            found.append(Figure(number, row["scenario"], row["words"], row["kpi"], value, slack))
    return found


def run(scenario: str, words: str, data: Path) -> dict[str, float | None]:
    """Returns the KPIs of a run in a process of its own."""
    folder = ROOT / "src" / "tujing" / "scenarios" / scenario / "sample"
    given = [word.replace("$DATA", str(data)).replace("$SAMPLE", str(folder)) for word in shlex.split(words)]
    command = [sys.executable, "-m", "tujing.cli.main", "scenario", "run", scenario, *given, "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return {name: kpi["value"] for name, kpi in json.loads(done.stdout)["kpis"].items()}


def compare(chosen: list[Figure], data: Path) -> Iterator[tuple[Figure, float | None, bool]]:
    """Runs each command once and yields every row with what was found, and whether that is within tolerance."""
    ran: dict[tuple[str, str], dict[str, float | None]] = {}
    for one in chosen:
        key = (one.scenario, one.words)
        if key not in ran:
            ran[key] = run(*key, data)
        found = ran[key].get(one.kpi)
        near = found is not None and one.value is not None and abs(found - one.value) <= one.tolerance + 1e-12
        yield one, found, near


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], metavar="ID")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    chosen = [one for one in figures("\n".join(lines)) if not args.only or one.scenario in args.only]
    apart = 0
    for one, found, near in compare(chosen, args.data):
        apart += not near
        mark = "" if near else "  ← apart"
        print(f"{one.scenario} {one.kpi}: recorded {one.value}, found {found}{mark}  ({one.words})", flush=True)
        if args.write and found is not None:
            cells = lines[one.line].split(" | ")
            cells[3] = f"{found:.4g}" if abs(found) < 1000 else f"{found:.3f}".rstrip("0").rstrip(".")
            lines[one.line] = " | ".join(cells)
            PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(chosen) - apart} of {len(chosen)} within tolerance")
    return 1 if apart and not args.write else 0


if __name__ == "__main__":
    sys.exit(main())
