"""Runs the benchmark of every scenario, each in a process of its own, and prints one table.

    python benchmarks/scenarios_table.py [--full] [--data ../shared/data]

The last line says how many targets were met. Exits with 1 when a script broke; a missed target is a row with NO.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from rows import DATA, ROOT, table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--data", type=Path, default=DATA)
    args = parser.parse_args()
    rows: list[dict] = []
    broken = []
    for script in sorted((ROOT / "benchmarks" / "scenarios").glob("[a-z]*.py")):
        command = [sys.executable, str(script), "--json", "--data", str(args.data), *(["--full"] if args.full else [])]
        print(f"… {script.stem}", file=sys.stderr, flush=True)
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        rows += [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode:
            broken.append(script.stem)
    print(table(rows))
    print(f"\n{sum(row['met'] for row in rows)} of {len(rows)} targets met", *(f"; broken: {one}" for one in broken))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
