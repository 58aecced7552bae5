"""The two public forms that are read straight from the command line: Tennessee Eastman text, and SKAB's CSV.

--input normal=d00.dat --input test=d05_te.dat
--input valve1/0.csv                    the first rows teach, as the benchmark's protocol says
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tujing.problems import refuse
from tujing.runtime.textfiles import first_lines, read_text
from tujing.scenarios.service.condition_monitoring.series import Series, Times
from tujing.words import Text

TENNESSEE = (*(f"XMEAS({number})" for number in range(1, 42)), *(f"XMV({number})" for number in range(1, 12)))
TENNESSEE_MINUTES = 3.0
CLOCKS = ("datetime", "timestamp", "time", "date", "时间")
LABELS = ("anomaly", "changepoint")
ROLES = ("normal", "test")


@dataclass(frozen=True)
class Recording:
    """What the files held: a run to judge and, where it was given, a normal run to learn from."""

    test: Series
    normal: Series | None
    warnings: tuple[Text, ...] = ()


class TennesseeText:
    """Numbers in blank-separated columns without a heading, one row a sample; 52 columns are the Tennessee Eastman
    process. Its original normal run is stored with variables down and samples across: recognised, and turned."""

    name = "Tennessee Eastman text"

    def matches(self, path: Path) -> bool:
        lines = [line.split() for line in first_lines(path, 4) if line.strip()]
        return bool(lines) and len(lines[0]) > 3 and all(_is_number(cell) for cell in lines[0][:4])

    def read(self, paths: Mapping[str, Path]) -> Recording:
        return _recording(paths, _read_matrix)


class SkabCsv:
    """Semicolon-separated CSV with a heading, time first; columns `anomaly` and `changepoint` are labels."""

    name = "SKAB CSV"

    def matches(self, path: Path) -> bool:
        lines = first_lines(path, 1)
        heads = lines[0].split(";") if lines else []
        return len(heads) > 2 and heads[0].strip().strip('"').lower() in CLOCKS

    def read(self, paths: Mapping[str, Path]) -> Recording:
        return _recording(paths, _read_csv)


def _recording(paths: Mapping[str, Path], reader: Callable[[Path], tuple[Series, tuple[Text, ...]]]) -> Recording:
    unknown = set(paths) - {*ROLES, "input"}
    if unknown or ("test" in paths) == ("input" in paths):
        raise refuse(
            "input_names",
            "请用 --input test=文件（另可加 --input normal=正常数据文件）。",
            "Give --input test=FILE, and --input normal=FILE for a normal run to learn from.",
            key=", ".join(sorted(unknown) or sorted(paths)),
        )
    path = paths.get("test") or paths["input"]
    test, warnings = reader(path)
    if "normal" not in paths:
        return Recording(test, None, warnings)
    normal, more = reader(paths["normal"])
    if set(normal.names) != set(test.names):
        odd = sorted(set(normal.names) ^ set(test.names))
        raise refuse(
            "other_variables",
            f"正常数据与测试数据的变量不同（{'、'.join(odd[:5])}），请给同一过程的数据。",
            f"The normal and the test run have different variables ({', '.join(odd[:5])}); give runs of one process.",
            file=path,
        )
    normal = normal.columns([normal.names.index(name) for name in test.names])
    if normal.labels is not None and normal.labels.any():
        raise refuse(
            "normal_with_faults",
            "正常数据里有标为异常的行，请换一段全部正常的数据。",
            "The normal run has rows labelled as faulty; give a run that is all normal.",
            file=paths["normal"],
            row=int(normal.labels.argmax()) + 2,
        )
    return Recording(test, normal, warnings + more)


def _read_matrix(path: Path) -> tuple[Series, tuple[Text, ...]]:
    lines = [(number, line.split()) for number, line in enumerate(read_text(path).splitlines(), 1) if line.strip()]
    width = len(lines[0][1]) if lines else 0
    rows = []
    for number, cells in lines:
        if len(cells) != width:
            raise refuse(
                "ragged_row",
                f"这一行有 {len(cells)} 列，第一行有 {width} 列；请重新导出。",
                f"This row has {len(cells)} columns, the first has {width}; export the file again.",
                file=path,
                row=number,
            )
        rows.append([_number(cell, path, number, str(column)) for column, cell in enumerate(cells, 1)])
    values = np.array(rows)
    if len(values) == len(TENNESSEE) != width:
        values = values.T
    tennessee = values.shape[1] == len(TENNESSEE)
    names = TENNESSEE if tennessee else tuple(f"V{number}" for number in range(1, values.shape[1] + 1))
    return Series(names, values, minutes=TENNESSEE_MINUTES if tennessee else 1.0), ()


def _read_csv(path: Path) -> tuple[Series, tuple[Text, ...]]:
    lines = [(number, line) for number, line in enumerate(read_text(path).splitlines(), 1) if line.strip()]
    heads = [cell.strip().strip('"') for cell in lines[0][1].split(";")]
    if len(set(heads)) != len(heads):
        raise refuse(
            "repeated_column", "列名重复，请改名。", "A column's name is repeated; rename it.", file=path, row=1
        )
    if len(lines) < 2:
        raise refuse("no_rows", "只有表头，没有数据。", "There is a heading, but no data.", file=path)
    numbers, times, rows = [], [], []
    for number, line in lines[1:]:
        cells = [cell.strip().strip('"') for cell in line.split(";")]
        if len(cells) != len(heads):
            raise refuse(
                "ragged_row",
                f"这一行有 {len(cells)} 列，表头有 {len(heads)} 列；请重新导出。",
                f"This row has {len(cells)} columns, the heading has {len(heads)}; export the file again.",
                file=path,
                row=number,
            )
        numbers.append(number)
        times.append(_time(cells[0], path, number, heads[0]))
        rows.append([_number(cell, path, number, head) for head, cell in zip(heads[1:], cells[1:], strict=True)])
    values, clock = np.array(rows), np.array(times, dtype="datetime64[ms]")
    clock, values, warnings = _in_order(clock, values, path.name, numbers)
    measured = [number for number, head in enumerate(heads[1:]) if head.lower() not in LABELS]
    if not measured:
        raise refuse("no_sensor", "没有测点列。", "There is no column of readings.", file=path, row=1)
    labels = None
    if "anomaly" in [head.lower() for head in heads]:
        labels = values[:, [head.lower() for head in heads[1:]].index("anomaly")] > 0.5
    return Series(
        tuple(heads[1:][number] for number in measured), values[:, measured], clock, _minutes(clock), labels
    ), warnings


def _in_order(
    clock: Times, values: np.ndarray, file: str, numbers: list[int]
) -> tuple[Times, np.ndarray, tuple[Text, ...]]:
    steps = np.diff(clock).astype(np.int64)
    warnings: list[Text] = []
    if (steps < 0).any():
        row = numbers[int((steps < 0).argmax()) + 1]
        order = np.argsort(clock, kind="stable")
        clock, values = clock[order], values[order]
        warnings.append(
            Text(
                zh=f"{file}：第 {row} 行起时间倒退，已按时间重新排序。",
                en=f"{file}: time runs backwards from row {row}; the rows were put in order of time.",
            )
        )
        steps = np.diff(clock).astype(np.int64)
    if (steps == 0).any():
        warnings.append(
            Text(
                zh=f"{file}：有 {int((steps == 0).sum())} 行与上一行时间相同，按先后保留。",
                en=f"{file}: {int((steps == 0).sum())} rows have the time of the row before; kept in their order.",
            )
        )
    return clock, values, tuple(warnings)


def _minutes(clock: Times) -> float:
    steps = np.diff(clock).astype("timedelta64[ms]").astype(float)
    steps = steps[steps > 0]
    return float(np.median(steps)) / 60_000 if len(steps) else 1.0


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _number(cell: str, path: Path, row: int, column: str) -> float:
    if not cell:
        return float("nan")
    try:
        return float(cell)
    except ValueError:
        raise refuse(
            "not_a_number",
            "这里应是一个数；没有读数请留空或写 nan。",
            "This should be a number; leave an absent reading empty, or write nan.",
            file=path,
            row=row,
            column=column,
            value=cell[:80],
        ) from None


def _time(cell: str, path: Path, row: int, column: str) -> np.datetime64:
    time = _parsed(cell.replace("/", "-"))
    if np.isnat(time):
        raise refuse(
            "not_a_time",
            "时间无法识别，应形如 2020-03-09 10:14:33。",
            "This is no time; write it like 2020-03-09 10:14:33.",
            file=path,
            row=row,
            column=column,
            value=cell[:80],
        )
    return time


def _parsed(cell: str) -> np.datetime64:
    try:
        return np.datetime64(cell, "ms")
    except ValueError:
        return np.datetime64("NaT", "ms")


def judged_alone(recording: Recording, rows: int) -> tuple[Series, int]:
    """Returns the first `rows` rows as the normal run, and how many; refuses a recording too short for that."""
    if recording.normal is not None:
        return recording.normal, 0
    if len(recording.test) <= rows:
        raise refuse(
            "nothing_to_judge",
            f"只有 {len(recording.test)} 行，前 {rows} 行用来学习正常状态，没有剩下可判断的；"
            "请用 --input normal=… 另给正常数据，或减小 training_rows。",
            f"There are {len(recording.test)} rows and the first {rows} teach the normal state, so none is left to "
            "judge; give a normal run with --input normal=…, or a smaller training_rows.",
        )
    return replace(recording.test.rows(slice(0, rows)), labels=None), rows
