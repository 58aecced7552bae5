"""Reads measurements, counts or a gauge study from a plain table, by what its columns are called and hold.

| columns | read as |
|---|---|
| one measured column | individuals |
| a measured column and a repeating `sample` / `subgroup` / `batch` / 子组 | subgroups |
| several measured columns `x1 … xn` | one subgroup a row |
| a count and `size` / 样本量 | defectives (`D`, `np`, 不合格品数 …) or defects (`x`, `c`, 缺陷数 …) |
| `part`, `operator` and a measured column | a gauge study |

`trial` (TRUE/FALSE) marks the samples that set the limits; `lower_limit`, `upper_limit` and `target` hold the
specification.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tujing.problems import refuse
from tujing.scenarios.production.quality_inspection.sheets import Sheet
from tujing.scenarios.production.quality_inspection.spc.series import Counted, Floats, Series

GROUP = {"sample", "subgroup", "group", "batch", "lot", "子组", "子组号", "样本", "样本号", "批次", "批号", "组号"}
TIME = {"time", "timestamp", "date", "datetime", "inspected_time", "时间", "日期", "检验时间"}
TRIAL = {"trial", "phase1", "baseline", "试用", "定限", "定限样本"}
SIZE = {"size", "n", "sample_size", "inspected", "样本量", "检验数", "检查数", "抽检数"}
DEFECTIVES = {
    "d", "np", "defectives", "defective", "nonconforming", "rejects", "ng", "不合格品数", "不良数", "不合格数",
}  # fmt: skip
DEFECTS = {"c", "x", "defects", "nonconformities", "faults", "u", "缺陷数", "疵点数", "缺点数"}
PART = {"part", "piece", "workpiece", "零件", "工件", "零件号"}
OPERATOR = {"operator", "appraiser", "inspector", "操作者", "评价人", "检验员"}
LOWER = {"lower_limit", "lsl", "规格下限", "下限"}
UPPER = {"upper_limit", "usl", "规格上限", "上限"}
TARGET = {"target", "nominal", "目标", "目标值", "标称值"}
TRIAL_NUMBER = {"replicate", "repeat", "次数", "测次"}
TRUE = {"true", "t", "yes", "y", "1", "是"}


@dataclass(frozen=True)
class GaugeData:
    """Readings of a gauge study, one entry a reading."""

    parts: list[str]
    operators: list[str]
    values: Floats


def is_gauge(sheet: Sheet) -> bool:
    """Whether the table has parts and operators."""
    return _find(sheet, PART) is not None and _find(sheet, OPERATOR) is not None


def read_gauge(sheet: Sheet) -> GaugeData:
    """Reads a gauge study.

    Raises
    ------
    BadInput
        When no single measured column is there, or a reading is missing.
    """
    part, operator = _find(sheet, PART), _find(sheet, OPERATOR)
    if part is None or operator is None:
        raise refuse(
            "no_gauge_columns",
            "量具研究需要列 part（零件）、operator（操作者）和一个测量值列。",
            "A gauge study needs the columns part and operator and one of measured values.",
            file=sheet.file,
        )
    known = PART | OPERATOR | TRIAL_NUMBER | TRIAL | TIME | GROUP | LOWER | UPPER | TARGET
    measured = _measured(sheet, known)
    if len(measured) != 1:
        raise _which_column(sheet, measured)
    values = _complete(sheet, measured[0])
    return GaugeData(sheet.words(part), sheet.words(operator), values)


def read_series(sheet: Sheet, column: str | None = None) -> Series:
    """Reads one series of subgroups or counts.

    Parameters
    ----------
    column
        The measured or counted column, where several could be.

    Raises
    ------
    BadInput
        When no column fits, a value is missing, a count is negative or no whole number, or more pieces are defective
        than were inspected.
    """
    if column is not None and column not in sheet.columns:
        raise refuse(
            "no_such_column",
            f"没有名为 {column} 的列；有：{'、'.join(sheet.columns)}。",
            f"There is no column {column}; there are: {', '.join(sheet.columns)}.",
            file=sheet.file,
            column=column,
        )
    known = GROUP | TIME | TRIAL | SIZE | LOWER | UPPER | TARGET | TRIAL_NUMBER
    size, group = _find(sheet, SIZE), _find(sheet, GROUP)
    measured = [column] if column else _measured(sheet, known)
    counts = [name for name in measured if name.strip().lower() in DEFECTIVES | DEFECTS]
    counted = _counted(counts[0] if counts else measured[0] if measured else "", size is not None)
    if len(measured) > 1 and counts and size is not None:
        measured = counts[:1]
    if not measured:
        raise refuse(
            "no_measured_column",
            f"没有找到测量值或计数列；有：{'、'.join(sheet.columns)}。",
            f"No column of measured values or counts was found among {', '.join(sheet.columns)}.",
            file=sheet.file,
        )
    if size is not None and len(measured) == 1:
        return _counts(sheet, measured[0], size, counted or "defectives", group)
    if len(measured) == 1 and counts and not sheet.words(measured[0])[0].count(".") and _whole(sheet, measured[0]):
        return _counts(sheet, measured[0], None, "defects", group)
    if len(measured) > 1 and not _one_family(measured):
        raise _which_column(sheet, measured)
    return _measurements(sheet, measured, group)


def _counted(name: str, has_size: bool) -> Counted | None:
    plain = name.strip().lower()
    if plain in DEFECTS:
        return "defects"
    return "defectives" if has_size or plain in DEFECTIVES else None


def _counts(sheet: Sheet, name: str, size: str | None, counted: Counted, group: str | None) -> Series:
    counts = _complete(sheet, name)
    sizes = np.ones(len(counts)) if size is None else _complete(sheet, size)
    for values, heading in ((counts, name), (sizes, size or name)):
        bad = np.flatnonzero((values < 0) | (values != np.floor(values)) & (heading == name))
        if len(bad):
            raise refuse(
                "bad_count",
                f"计数应是不小于 0 的整数，这里是 {values[bad[0]]:g}，请改正。",
                f"A count is a whole number, 0 or more; here is {values[bad[0]]:g}. Correct it.",
                file=sheet.file,
                row=int(bad[0]) + 2,
                column=heading,
                value=f"{values[bad[0]]:g}",
            )
    empty = np.flatnonzero(sizes == 0)
    if len(empty):
        raise refuse(
            "empty_sample",
            "样本量为 0，请删去这一行或改正。",
            "The sample size is 0; remove this row or correct it.",
            file=sheet.file,
            row=int(empty[0]) + 2,
            column=size or name,
        )
    if counted == "defectives":
        over = np.flatnonzero(counts > sizes)
        if len(over):
            raise refuse(
                "more_than_inspected",
                f"不合格品数 {counts[over[0]]:g} 大于样本量 {sizes[over[0]]:g}，请改正；若数的是缺陷，列名用 defects。",
                f"{counts[over[0]]:g} defectives are more than the {sizes[over[0]]:g} inspected; correct it, or name "
                "the column defects if faults are counted.",
                file=sheet.file,
                row=int(over[0]) + 2,
                column=name,
            )
    labels = sheet.words(group) if group else [str(i + 1) for i in range(len(counts))]
    return Series(
        name=name,
        labels=tuple(labels),
        counts=counts,
        sizes=sizes,
        counted=counted,
        trial=_trial(sheet, [np.array([i]) for i in range(len(counts))]),
        rows=tuple(range(len(counts))),
    )


def _measurements(sheet: Sheet, measured: list[str], group: str | None) -> Series:
    if len(measured) > 1:
        block = np.column_stack([_complete(sheet, name) for name in measured])
        places = [np.array([i]) for i in range(len(block))]
        groups = list(block)
        name = re.sub(r"[\W_]*\d+$", "", measured[0]) or measured[0]
    else:
        name = measured[0]
        values = _complete(sheet, name)
        places = _places(sheet, group, len(values))
        groups = [values[place] for place in places]
    labels = [sheet.words(group)[int(place[0])] if group else str(i + 1) for i, place in enumerate(places)]
    return Series(
        name=name,
        labels=tuple(labels),
        groups=tuple(groups),
        trial=_trial(sheet, places),
        lower=_constant(sheet, LOWER),
        upper=_constant(sheet, UPPER),
        target=_constant(sheet, TARGET),
        rows=tuple(int(place[-1]) for place in places),
    )


def _places(sheet: Sheet, group: str | None, rows: int) -> list[NDArray[np.int64]]:
    """Returns the rows of each subgroup, subgroups in the order in which they first come."""
    if group is None:
        return [np.array([i]) for i in range(rows)]
    found: dict[str, list[int]] = {}
    for i, name in enumerate(sheet.words(group)):
        found.setdefault(name, []).append(i)
    return [np.array(place) for place in found.values()]


def _trial(sheet: Sheet, places: list[NDArray[np.int64]]) -> NDArray[np.bool_]:
    name = _find(sheet, TRIAL)
    if name is None:
        return np.ones(len(places), dtype=bool)
    words = [word.lower() in TRUE for word in sheet.words(name)]
    return np.array([all(words[int(i)] for i in place) for place in places])


def _constant(sheet: Sheet, names: set[str]) -> float | None:
    name = _find(sheet, names)
    if name is None or not sheet.is_number(name):
        return None
    values = np.asarray(sheet.columns[name], dtype=float)
    values = values[~np.isnan(values)]
    return float(values[-1]) if len(values) else None


def _measured(sheet: Sheet, known: set[str]) -> list[str]:
    return [name for name in sheet.columns if sheet.is_number(name) and name.strip().lower() not in known]


def _whole(sheet: Sheet, name: str) -> bool:
    values = np.asarray(sheet.columns[name], dtype=float)
    return bool(np.all(values == np.floor(values)))


def _one_family(names: list[str]) -> bool:
    return len({re.sub(r"\d+$", "", name) for name in names}) == 1 and all(name[-1].isdecimal() for name in names)


def _find(sheet: Sheet, names: set[str]) -> str | None:
    return next((name for name in sheet.columns if name.strip().lower() in names), None)


def _complete(sheet: Sheet, name: str) -> Floats:
    if not sheet.is_number(name):
        raise refuse(
            "not_numeric", "这一列不是数值。", "This column does not hold numbers.", file=sheet.file, column=name
        )
    values = np.asarray(sheet.columns[name], dtype=float)
    if np.isnan(values).all():
        raise refuse(
            "all_missing",
            "这一列全是空的，请检查导出或去掉这一列。",
            "This column is empty throughout; check the export or remove it.",
            file=sheet.file,
            column=name,
        )
    missing = np.flatnonzero(np.isnan(values))
    if len(missing):
        raise refuse(
            "missing_value",
            "这里缺测量值；请补上或删去这一行。",
            "A value is missing here; fill it in or remove the row.",
            file=sheet.file,
            row=int(missing[0]) + 2,
            column=name,
        )
    return values


def _which_column(sheet: Sheet, measured: list[str]) -> Exception:
    names = "、".join(measured) or "—"
    return refuse(
        "which_column",
        f"认不出哪一列是测量值（{names}）；请用参数 column 指定。",
        f"It is unclear which column is measured ({', '.join(measured) or 'none'}); name it with the parameter column.",
        file=sheet.file,
    )
