"""Reads a meter's export in the columns of the UCI steel-industry set (851): a time stamp and `Usage_kWh`.

One file is one meter; `--input train=… --input test=…` gives the history and the days on which to score the forecast.
Stamps close their span. A stamp 00:00 closes the day before, as clocks have it, or, as in that set, the very day whose
date it bears; the order of the rows tells which. The other columns (reactive power, power factor, CO2) are measured at
the same instant as the use and all but determine it, so they are never read as causes.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from tujing.problems import refuse
from tujing.runtime.textfiles import first_lines, read_text
from tujing.scenarios.production.energy.cleaning import Readings, clean
from tujing.scenarios.production.energy.loads import Load, Site, Stamps
from tujing.words import Text

USE = "Usage_kWh"
STAMP = "date"
COUNTRY = "KR"
"""The set was metered at Gwangyang; the parameter `country` overrides it."""
STYLES = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M", "%Y/%m/%d %H:%M")


class SteelEnergyCsv:
    """The public format that the scenario reads straight from a file."""

    name = "steel_energy_csv"

    def matches(self, path: Path) -> bool:
        head = first_lines(path, 1)
        return bool(head) and {STAMP, USE} <= {name.strip() for name in head[0].split(",")}

    def read(self, paths: Mapping[str, Path]) -> Site:
        """Parses one file, or `train` and `test`.

        Raises
        ------
        BadInput
            With file and row, when a stamp or a figure cannot be read or the readings cannot be trusted.
        """
        if set(paths) != {"train", "test"} and len(paths) != 1:
            raise refuse(
                "inputs",
                "请给一个文件，或 --input train=… --input test=… 两个文件。",
                "Give one file, or two as --input train=… --input test=….",
                key=", ".join(sorted(paths)),
            )
        if len(paths) == 1:
            load, notes = _load(next(iter(paths.values())))
            return Site((load,), COUNTRY, warnings=tuple(notes))
        train, notes = _load(paths["train"])
        test, more = _load(paths["test"])
        return Site((_joined(train, test, paths["test"]),), COUNTRY, test.days, warnings=(*notes, *more))


def _load(path: Path) -> tuple[Load, list[Text]]:
    rows = list(csv.reader(read_text(path).splitlines()))
    if len(rows) < 3:
        raise refuse(
            "empty_file", "文件里没有数据行，请重新导出。", "The file holds no rows; export it again.", file=path.name
        )
    heads = [name.strip() for name in rows[0]]
    stamp, use = heads.index(STAMP), heads.index(USE)
    ends, values, numbers = [], [], []
    style = ""
    for number, row in enumerate(rows[1:], start=2):
        if not any(row):
            continue
        if len(row) != len(heads):
            raise refuse(
                "columns",
                f"这一行有 {len(row)} 列，表头有 {len(heads)} 列，请改正。",
                f"This row has {len(row)} columns, the header {len(heads)}; correct it.",
                file=path.name,
                row=number,
            )
        moment, style = _moment(row[stamp].strip(), style, path, number)
        ends.append(moment)
        values.append(_figure(row[use].strip(), path, number))
        numbers.append(number)
    minutes = _span(ends, path)
    readings = Readings(
        name="steel" if "steel" in path.name else path.name.split(".")[0],
        file=path.name,
        starts=_starts(ends, minutes),
        values=np.array(values),
        rows=numbers,
        minutes=minutes,
        column=USE,
    )
    stamps: Stamps = "end_same_day" if _midnight_bears_own_date(ends) and minutes < 24 * 60 else "end"
    return replace(clean(readings), stamps=stamps), readings.notes


def _moment(text: str, style: str, path: Path, row: int) -> tuple[datetime, str]:
    for candidate in (style, *STYLES) if style else STYLES:
        try:
            return datetime.strptime(text, candidate), candidate
        except ValueError:
            continue
    raise refuse(
        "not_a_time",
        f"“{text[:30]}”不是时间，应写成 2018-01-31 00:15。",
        f"“{text[:30]}” is no time; write it as 2018-01-31 00:15.",
        file=path.name,
        row=row,
        column=STAMP,
        value=text[:80],
    )


def _figure(text: str, path: Path, row: int) -> float:
    try:
        value = float(text) if text else math.nan
    except ValueError:
        value = math.inf
    if math.isinf(value):
        raise refuse(
            "not_a_number",
            f"“{text[:30]}”不是有限的数，请改正。",
            f"“{text[:30]}” is no finite number; correct it.",
            file=path.name,
            row=row,
            column=USE,
            value=text[:80],
        )
    return value


def _span(ends: list[datetime], path: Path) -> int:
    steps = np.diff(np.array(ends, dtype="datetime64[m]").astype(np.int64))
    positive = steps[steps > 0]
    if not len(positive):
        raise refuse(
            "unsorted",
            "时间没有递增的行，请按时间排序后重新导出。",
            "No time is later than the one before; export the rows in order of time.",
            file=path.name,
            column=STAMP,
        )
    values, counts = np.unique(positive, return_counts=True)
    return int(values[np.argmax(counts)])


def _midnight_bears_own_date(ends: list[datetime]) -> bool:
    midnights = [place for place, end in enumerate(ends) if end.hour == end.minute == 0 and place > 0]
    bearing = sum(ends[place].date() == ends[place - 1].date() for place in midnights)
    return bearing > len(midnights) / 2


def _starts(ends: list[datetime], minutes: int) -> list[datetime]:
    """Turns closing stamps into starts, under whichever rule for 00:00 the file keeps."""
    span, day = timedelta(minutes=minutes), timedelta(days=1)
    same_date = _midnight_bears_own_date(ends) and minutes < 24 * 60
    return [end + day - span if same_date and end.hour == end.minute == 0 else end - span for end in ends]


def _joined(train: Load, test: Load, path: Path) -> Load:
    gap = (test.first_day - train.first_day).days - train.days
    if train.per_day != test.per_day:
        raise refuse(
            "other_span",
            f"test 的间隔是 {test.minutes} 分钟，train 是 {train.minutes} 分钟，请统一。",
            f"test has spans of {test.minutes} min, train of {train.minutes} min; make them the same.",
            file=path.name,
        )
    if not 0 <= gap <= 31:
        raise refuse(
            "not_after",
            f"test 应紧接 train 之后（train 止于 {train.first_day + timedelta(days=train.days - 1)}，"
            f"test 始于 {test.first_day}）。",
            f"test should follow train (train ends on {train.first_day + timedelta(days=train.days - 1)}, test "
            f"begins on "
            f"{test.first_day}).",
            file=path.name,
        )
    between = np.full((gap, train.per_day), np.nan)
    return replace(train, values=np.vstack([train.values, between, test.values]))
