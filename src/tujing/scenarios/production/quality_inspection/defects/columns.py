"""Which column is the outcome, and which must not be looked at because they give it away.

Left out, each with its reason: names of records (identifiers), times, columns that hold one value or nothing, and
columns that almost repeat the outcome – its modes or its one-hot siblings – which nobody knows before the inspection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tujing.problems import refuse
from tujing.scenarios.production.quality_inspection.sheets import Sheet
from tujing.words import Text

LABELS = (
    "label", "target", "defect", "defective", "fail", "failure", "failed", "machine_failure", "machine failure",
    "pass/fail", "passfail", "result", "quality", "class", "fault", "y", "ng", "标签", "缺陷", "是否缺陷", "合格",
    "结论", "检验结果", "判定",
)  # fmt: skip
GOOD_WORDS = {"pass", "ok", "good", "no", "false", "合格", "良品", "正常", "否", "0", "-1", "normal", "none", "无"}
SURE = 0.995
"""A two-valued column whose rarer value means the outcome (or its absence) at least this often gives it away."""
FEWEST = 10
"""Fewest rows of each class."""
TIMES = ("time", "date", "timestamp", "时间", "日期")
NAMES = ("id", "uid", "udi", "uuid", "serial", "serial_number", "编号", "序号", "序列号", "单号")


@dataclass(frozen=True)
class Labels:
    """The outcome: each row's class as a number, and the classes' names; of two, the second is the defect."""

    columns: tuple[str, ...]
    values: NDArray[np.int64]
    names: tuple[str, ...]

    @property
    def binary(self) -> bool:
        return len(self.names) == 2


@dataclass(frozen=True)
class LeftOut:
    """A column not used, and why."""

    column: str
    reason: Text


ID = Text(zh="是编号", en="names the record")
TIME = Text(zh="是时间", en="is a time")
CONSTANT = Text(zh="只有一个值", en="holds one value only")
EMPTY = Text(zh="全是空的", en="is empty")
GIVES_AWAY = Text(zh="几乎就是结果本身，检验前不可能知道", en="almost is the outcome, which nobody knows beforehand")
FREE_TEXT = Text(zh="取值太多的文字", en="is text of too many values")


def find_labels(sheet: Sheet, target: str | None) -> Labels:
    """Returns the outcome, from the columns named or guessed.

    Raises
    ------
    BadInput
        When no column or several could be the outcome, one is absent, a label is missing, or there is one class only.
    """
    chosen = _named(sheet, target) if target else _guessed(sheet)
    if len(chosen) > 1:
        return _one_hot(sheet, chosen)
    name = chosen[0]
    words = np.array(sheet.words(name))
    missing = np.flatnonzero(words == "")
    if len(missing):
        raise refuse(
            "label_missing",
            "这一行没有标签；请补上或删去。",
            "This row has no label; add it or remove the row.",
            file=sheet.file,
            row=int(missing[0]) + 2,
            column=name,
        )
    names, values = np.unique(words, return_inverse=True)
    if len(names) == 2:
        # The defect is the class that no word for good names; failing that the greater, as 1 over 0 and -1.
        good = [word for word in names if word.lower() in GOOD_WORDS]
        if len(good) == 1 and good[0] == names[1]:
            names, values = names[::-1], 1 - values
    labels = Labels((name,), values.astype(np.int64), tuple(str(word) for word in names))
    _check(sheet, labels)
    return labels


def _named(sheet: Sheet, target: str) -> list[str]:
    chosen = [name.strip() for name in target.split(",")] if target not in sheet.columns else [target]
    for name in chosen:
        if name not in sheet.columns:
            raise refuse(
                "no_such_column",
                f"没有名为 {name} 的列；有：{'、'.join(list(sheet.columns)[:20])}。",
                f"There is no column {name}; there are: {', '.join(list(sheet.columns)[:20])}.",
                file=sheet.file,
                key=name,
            )
    if len(chosen) == 1:
        siblings = one_hot_siblings(sheet, chosen[0])
        return siblings if len(siblings) > 2 else chosen
    return chosen


def _guessed(sheet: Sheet) -> list[str]:
    found = [name for name in sheet.columns if name.strip().lower() in LABELS and _classes(sheet, name) <= 20]
    if len(found) == 1:
        return found
    if not found:
        last = one_hot_siblings(sheet, list(sheet.columns)[-1])
        if len(last) > 2:
            return last
    raise refuse(
        "which_label",
        f"认不出哪一列是结果（{'、'.join(found) or '没有像的'}）；请用 --param target=列名 指定。",
        f"It is unclear which column is the outcome ({', '.join(found) or 'none looks like it'}); say so with "
        "--param target=COLUMN.",
        file=sheet.file,
    )


def is_labelled(sheet: Sheet) -> bool:
    """Whether a table with several other columns has an outcome that can be guessed."""
    named = [name for name in sheet.columns if name.strip().lower() in LABELS and _classes(sheet, name) <= 20]
    if len(sheet.columns) < 4 or not (named or len(sheet.columns) >= 8):
        return False
    return len(named) == 1 or len(one_hot_siblings(sheet, list(sheet.columns)[-1])) > 2


def _classes(sheet: Sheet, name: str) -> int:
    return len(set(sheet.words(name)) - {""})


def one_hot_siblings(sheet: Sheet, name: str) -> list[str]:
    """Returns the longest run of neighbouring 0/1 columns around `name` of which exactly one is 1 in every row."""
    columns = list(sheet.columns)
    flags = {
        column: np.asarray(sheet.columns[column], dtype=float)
        for column in columns
        if sheet.is_number(column) and set(np.unique(np.asarray(sheet.columns[column]))) <= {0.0, 1.0}
    }
    if name not in flags:
        return []
    here = columns.index(name)
    first = last = here
    while first and columns[first - 1] in flags:
        first -= 1
    while last + 1 < len(columns) and columns[last + 1] in flags:
        last += 1
    for low in range(first, here + 1):
        for high in range(last, here - 1, -1):
            if high > low and np.all(sum(flags[column] for column in columns[low : high + 1]) == 1):
                return columns[low : high + 1]
    return []


def _one_hot(sheet: Sheet, names: Sequence[str]) -> Labels:
    block = np.column_stack([np.asarray(sheet.columns[name], dtype=float) for name in names if sheet.is_number(name)])
    wrong = np.flatnonzero(
        (block.shape[1] != len(names)) | (block.sum(axis=1) != 1) | ~np.isin(block, (0, 1)).all(axis=1)
    )
    if len(wrong):
        raise refuse(
            "not_one_hot",
            f"标签列 {'、'.join(names)} 在这一行不是恰好一个 1。",
            f"The label columns {', '.join(names)} do not hold exactly one 1 in this row.",
            file=sheet.file,
            row=int(wrong[0]) + 2,
        )
    labels = Labels(tuple(names), block.argmax(axis=1).astype(np.int64), tuple(names))
    _check(sheet, labels)
    return labels


def _check(sheet: Sheet, labels: Labels) -> None:
    counts = np.bincount(labels.values, minlength=len(labels.names))
    if len(labels.names) < 2:
        raise refuse(
            "one_class",
            f"标签列只有一个取值 {labels.names[0]}，学不出好坏之分；请加入另一类的记录。",
            f"The label holds one value only, {labels.names[0]}; add records of another class.",
            file=sheet.file,
            column=labels.columns[0],
        )
    if len(labels.names) > 30:
        raise refuse(
            "too_many_classes",
            f"标签列有 {len(labels.names)} 个不同取值，不像类别；请检查 target。",
            f"The label holds {len(labels.names)} different values, which are no classes; check the parameter target.",
            file=sheet.file,
            column=labels.columns[0],
        )
    few = int(np.argmin(counts))
    if counts[few] < FEWEST:
        raise refuse(
            "too_few_of_a_class",
            f"类别 {labels.names[few]} 只有 {counts[few]} 条，至少要 {FEWEST} 条才能学习并检验。",
            f"Class {labels.names[few]} has {counts[few]} rows; at least {FEWEST} are needed to learn and to check.",
            file=sheet.file,
            column=labels.columns[0],
        )


def usable(sheet: Sheet, labels: Labels) -> tuple[list[str], list[LeftOut]]:
    """Returns the columns to learn from, and those left out with the reason.

    Raises
    ------
    BadInput
        When nothing is left to learn from.
    """
    kept: list[str] = []
    out: list[LeftOut] = []
    for name in sheet.columns:
        if name in labels.columns:
            continue
        reason = _reason(sheet, name, labels)
        if reason is None:
            kept.append(name)
        else:
            out.append(LeftOut(name, reason))
    modes = [one.column for one in out if one.reason is GIVES_AWAY]
    if labels.binary and modes:
        # Modes come together: a neighbour of the same kind, rare and two-valued, is one of them.
        for name in _neighbours(sheet, modes, kept):
            kept.remove(name)
            out.append(LeftOut(name, GIVES_AWAY))
    if not kept:
        raise refuse(
            "nothing_to_learn_from",
            f"除标签外没有可用的列（{'、'.join(one.column for one in out[:8])} 都不能用）；请加入过程参数。",
            f"No column is left to learn from ({', '.join(one.column for one in out[:8])} are no use); add some.",
            file=sheet.file,
        )
    return kept, out


def _reason(sheet: Sheet, name: str, labels: Labels) -> Text | None:
    words = name.strip().lower()
    column = sheet.columns[name]
    filled = ~np.isnan(np.asarray(column, dtype=float)) if sheet.is_number(name) else np.asarray(column) != ""
    values = np.asarray(column)[filled]
    distinct = len(np.unique(values))
    if not len(values):
        return EMPTY
    if distinct == 1:
        return CONSTANT if filled.all() else None
    if any(part == words or words.endswith(("_" + part, " " + part)) for part in TIMES):
        return TIME
    if any(part == words or words.endswith(("_" + part, " " + part)) for part in NAMES) and distinct > 0.5 * len(sheet):
        return ID
    if sheet.is_number(name):
        steps = np.diff(values.astype(float))
        if distinct == len(sheet) and (np.all(steps > 0) or np.all(steps < 0)) and np.all(steps == np.round(steps)):
            return ID
    elif distinct > max(20, 0.2 * len(sheet)):
        return ID if distinct > 0.9 * len(sheet) else FREE_TEXT
    return GIVES_AWAY if _gives_away(values, labels.values[filled], len(labels.names), sheet.is_number(name)) else None


def _gives_away(values: NDArray[np.generic], classes: NDArray[np.int64], count: int, number: bool) -> bool:
    """Whether one value of a column of few values means one class almost surely, beyond chance."""
    distinct, place = np.unique(values, return_inverse=True)
    if number and len(distinct) > 2:
        return len(distinct) > 10 and _separates(values.astype(float), classes, count)
    share = np.bincount(classes, minlength=count) / len(classes)
    for value in range(len(distinct)):
        mine = classes[place == value]
        top = np.bincount(mine, minlength=count)
        best = int(top.argmax())
        rare = share[best] < 0.5
        if len(mine) >= 5 and rare and top[best] / len(mine) >= SURE:
            return True
    return False


def _separates(values: NDArray[np.float64], classes: NDArray[np.int64], count: int) -> bool:
    """Whether one cut of a number tells two classes apart without an error."""
    if count != 2:
        return False
    low, high = values[classes == 0], values[classes == 1]
    return bool(low.max() < high.min() or high.max() < low.min())


def _neighbours(sheet: Sheet, modes: Sequence[str], kept: Sequence[str]) -> list[str]:
    """Returns rare two-valued columns that stand right beside columns that give the outcome away."""
    columns = list(sheet.columns)
    rare = {
        name
        for name in kept
        if sheet.is_number(name)
        and set(np.unique(np.asarray(sheet.columns[name]))) == {0.0, 1.0}
        and float(np.mean(np.asarray(sheet.columns[name], dtype=float))) < 0.1
    }
    found: list[str] = []
    for mode in modes:
        for step in (-1, 1):
            place = columns.index(mode) + step
            while 0 <= place < len(columns) and (columns[place] in rare or columns[place] in modes):
                if columns[place] in rare and columns[place] not in found:
                    found.append(columns[place])
                place += step
    return found
