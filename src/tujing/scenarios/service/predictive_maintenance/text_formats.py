"""Reads NASA C-MAPSS text files: 26 blank-separated columns without a header.

Columns are unit, cycle, three operational settings and sensors 1–21. `train` holds run-to-failure histories, `test`
truncated ones. A cycle counts as one hour of operation.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np

from tujing.problems import refuse
from tujing.runtime.textfiles import first_lines, read_text
from tujing.scenarios.service.predictive_maintenance.fleet import Fleet, History, Life

COLUMNS = 26
SETTINGS = 3
CAP = 125.0
"""The cap used by the papers on these sets (Heimes 2008 and after him)."""
NAMES = (
    *("T2", "T24", "T30", "T50", "P2", "P15", "P30", "Nf", "Nc", "epr", "Ps30", "phi", "NRf", "NRc", "BPR", "farB"),
    *("htBleed", "Nf_dmd", "PCNfR_dmd", "W31", "W32"),
)


class CmapssText:
    """The pair of files `train` and `test` of one C-MAPSS set."""

    name = "cmapss"

    def matches(self, path: Path) -> bool:
        """Returns whether the first line is blank-separated numbers that begin with a unit and cycle of 1 or more."""
        lines = [line for line in first_lines(path, 5) if line.strip()]
        if not lines or "," in lines[0] or ";" in lines[0]:
            return False
        fields = lines[0].split()
        return len(fields) >= 20 and all(one.isdecimal() for one in fields[:2])

    def read(self, paths: Mapping[str, Path]) -> Fleet:
        """Parses `train` and `test` (any case); without `test` nothing runs, and that is refused.

        Raises
        ------
        BadInput
            With file and row, when a file is missing or breaks the format.
        """
        named = {name.lower(): path for name, path in paths.items()}
        if set(named) != {"train", "test"}:
            raise refuse(
                "train_and_test",
                "需要两个文件：--input train=完整寿命数据 --input test=在用机组数据。",
                "Two files are needed: --input train=run-to-failure data --input test=units in use.",
                key=", ".join(paths),
            )
        failed, running = read_histories(named["train"]), read_histories(named["test"])
        return Fleet(
            sensors=NAMES,
            failed=failed,
            running=running,
            lives=tuple(Life(one.unit, "", float(one.steps), True) for one in failed)
            + tuple(Life(f"now {one.unit}", "", float(one.steps), False) for one in running),
            cap_steps=CAP,
        )


def read_histories(path: Path) -> tuple[History, ...]:
    """Reads one file into histories in order of first appearance.

    Raises
    ------
    BadInput
        With the row: empty, another number of columns, not a number, not finite, cycles that do not count up by one.
    """
    rows: list[list[float]] = []
    places: list[int] = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        fields = line.split()
        if not fields:
            continue
        if len(fields) != COLUMNS:
            raise refuse(
                "column_count",
                f"这一行有 {len(fields)} 列，应为 {COLUMNS} 列（机组、循环、3 个工况、21 个传感器）。",
                f"This line has {len(fields)} columns; there should be {COLUMNS}: unit, cycle, 3 settings, 21 sensors.",
                file=path,
                row=number,
            )
        rows.append([_number(text, path, number, column) for column, text in enumerate(fields, start=1)])
        places.append(number)
    if not rows:
        raise refuse("empty_file", "文件里没有数据。", "The file holds no data.", file=path)
    table = np.array(rows)
    histories: list[History] = []
    seen: set[float] = set()
    starts = [0, *(np.flatnonzero(np.diff(table[:, 0])) + 1).tolist(), len(table)]
    for begin, end in pairwise(starts):
        part = table[begin:end]
        wrong = np.flatnonzero(part[:, 1] != np.arange(1, len(part) + 1))
        if wrong.size or part[0, 0] in seen:
            raise refuse(
                "cycles_broken",
                "同一机组的循环必须从 1 起连续递增，且各行相连；请排序、去重后再试。",
                "A unit's cycles must count up from 1 without gaps, in adjoining lines; sort and remove duplicates.",
                file=path,
                row=places[begin + (int(wrong[0]) if wrong.size else 0)],
                column="2",
            )
        seen.add(float(part[0, 0]))
        histories.append(History(f"{part[0, 0]:g}", part[:, 2 : 2 + SETTINGS], part[:, 2 + SETTINGS :]))
    return tuple(histories)


def _number(text: str, path: Path, row: int, column: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value) or (column <= 2 and (value < 1 or value != int(value))):
        raise refuse(
            "not_a_number",
            f"“{text[:30]}” 不是有效数值，请改正或删去这台机组。",
            f"“{text[:30]}” is not a valid number here; correct it or leave the unit out.",
            file=path,
            row=row,
            column=str(column),
            value=text[:30],
        )
    return value
