"""The same monitor, live: reads rows from standard input as they come and writes one judgement a row.

    python -m tujing.scenarios.service.condition_monitoring.stream monitor.json < rows.csv
    mosquitto_sub -t plant/reactor | python -m tujing.scenarios.service.condition_monitoring.stream monitor.json

`monitor.json` is what a run of the scenario leaves behind. A row is numbers parted by blanks, commas or semicolons, in
the order of the monitor's variables; a reading left empty or `nan` is taken as the one before. Written are, parted by
tabs: the row's number, score, limit, alarm (0 or 1), and the variable with the largest share. A broker's subscriber
pipes in as shown; no broker library is needed here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tujing.problems import BadInput, refuse
from tujing.scenarios.service.condition_monitoring.monitor import Monitor
from tujing.scenarios.service.condition_monitoring.series import Floats, filled


@dataclass(frozen=True)
class Verdict:
    """What is said of one row."""

    row: int
    score: float
    alarm: bool
    variable: str


def verdicts(monitor: Monitor, lines: Iterable[str]) -> Iterator[Verdict]:
    """Judges rows of text one by one, as they come.

    Raises
    ------
    BadInput
        At the first row with another number of readings, or one that is no number.
    """
    latest = monitor.model.mean
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        latest = _row(line, number, latest)
        judged = monitor.update(latest)
        main = monitor.names[int(monitor.shares(judged)[0].argmax())]
        yield Verdict(number, float(judged.score[0]), bool(judged.score[0] > 1.0), main)


def _row(line: str, number: int, latest: Floats) -> Floats:
    parted = next((mark for mark in (";", ",") if mark in line), None)
    cells = [cell.strip() or "nan" for cell in (line.strip().split(parted))]
    try:
        values = np.array([float(cell) for cell in cells])
    except ValueError:
        values = np.array([])
    if len(values) != len(latest) or np.isinf(values).any():
        raise refuse(
            "row_shape",
            f"这一行应有 {len(latest)} 个数。",
            f"This row needs {len(latest)} numbers.",
            file="stdin",
            row=number,
            value=line.strip()[:80],
        )
    complete: Floats = filled(values[None, :], latest)[0]
    return complete


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        monitor = Monitor.from_json(Path(sys.argv[1]).read_text(encoding="utf-8"))
        for one in verdicts(monitor, sys.stdin):
            print(one.row, f"{one.score:.4f}", 1, int(one.alarm), one.variable, sep="\t", flush=True)
    except (BadInput, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
