"""Numeric tables and data elements become `Cases`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from tujing.problems import refuse
from tujing.scenarios.research_design.generative_design.cases import Cases
from tujing.scenarios.research_design.generative_design.stiffness import Array
from tujing.scenarios.research_design.generative_design.text_formats import LEAST_ROWS, NumericTable, TableInput
from tujing.words import Text

ELEMENT = "design_case"
LARGEST = 1e30
"""No measurement is larger, and the learners reckon in single precision."""


@dataclass(frozen=True, eq=False)
class Learning:
    """Cases and, perhaps, rows to predict with what is known of them (not-a-number: unknown)."""

    cases: Cases
    rows: tuple[int, ...] = ()
    new: Array | None = None
    actual: Array | None = None
    warnings: list[Text] = field(default_factory=list)


def from_table(given: TableInput, target: str | None) -> Learning:
    """Returns the cases of a numeric table, with `target` (by default the last column) as the result.

    Raises
    ------
    BadInput
        When the target is absent, constant or holds an empty cell, an input is not a number, or rows are too few.
    """
    train = given.train
    name = target or train.columns[-1]
    if name not in train.columns:
        raise refuse(
            "no_target",
            f"没有名为 {name[:40]} 的列；可选：{'、'.join(train.columns)}。",
            f"There is no column {name[:40]!r}; there are: {', '.join(train.columns)}.",
            file=train.file,
            column=name,
        )
    if len(train.rows) < LEAST_ROWS:
        raise refuse(
            "too_few_rows",
            f"只有 {len(train.rows)} 行，至少要 {LEAST_ROWS} 行才能交叉验证。",
            f"There are only {len(train.rows)} rows; cross-validation takes {LEAST_ROWS} or more.",
            file=train.file,
        )
    _all_numbers(train, train.columns)
    outputs = train.values[:, train.columns.index(name)]
    _varies(outputs, name, train.file)
    inputs = [column for column in train.columns if column != name]
    kept = [column for column in inputs if np.ptp(train.values[:, train.columns.index(column)]) > 0]
    warnings = _constant_words([column for column in inputs if column not in kept])
    if not kept:
        raise refuse(
            "constant_inputs",
            "所有输入列都是常数，学不到任何规律。",
            "Every input column is constant, so there is nothing to learn.",
            file=train.file,
        )
    values = train.values[:, [train.columns.index(column) for column in kept]]
    cases = Cases(tuple(kept), values, {name: outputs}, tuple(str(row) for row in train.rows))
    if given.test is None:
        return Learning(cases, tuple(range(len(outputs))), warnings=warnings)
    test = given.test
    absent = [column for column in kept if column not in test.columns]
    if absent:
        raise refuse(
            "missing_column",
            f"测试数据缺少列 {'、'.join(absent[:5])}。",
            f"The test data lack the columns {', '.join(absent[:5])}.",
            file=test.file,
            column=absent[0],
        )
    _all_numbers(test, tuple(kept))
    new = test.values[:, [test.columns.index(column) for column in kept]]
    actual = test.values[:, test.columns.index(name)] if name in test.columns else np.full(len(new), np.nan)
    outside = ((new < cases.low) | (new > cases.high)).any(axis=1).sum()
    if outside:
        warnings.append(
            Text(
                zh=f"{outside} 行超出训练数据的范围，属于外推，区间可能偏窄。",
                en=f"{outside} rows lie beyond the training data; their intervals may be too narrow.",
            )
        )
    return Learning(cases, tuple(range(len(new))), new, actual, warnings)


def _all_numbers(table: NumericTable, columns: tuple[str, ...]) -> None:
    places = [table.columns.index(column) for column in columns]
    values = table.values[:, places]
    empty = [column for column, cells in zip(columns, values.T, strict=True) if not np.isfinite(cells).any()]
    if empty:
        raise refuse(
            "empty_column",
            "这一列全是空值，请删去该列或补上数据。",
            "This column holds nothing; remove it, or fill it in.",
            file=table.file,
            column=empty[0],
        )
    bad = np.argwhere(~(np.abs(values) <= LARGEST))
    if len(bad):
        row, column = bad[0]
        raise refuse(
            "not_finite",
            f"这一格为空、不是有限的数或大于 {LARGEST:g}（共 {len(bad)} 处），请补齐或删去该行。",
            f"This cell is empty, not finite or above {LARGEST:g} ({len(bad)} such); fill it in or remove the row.",
            file=table.file,
            row=table.rows[int(row)],
            column=columns[int(column)],
        )


def _varies(outputs: Array, name: str, file: str) -> None:
    if np.ptp(outputs) == 0:
        raise refuse(
            "constant_target",
            f"目标列的值全部是 {outputs[0]:g}，没有可学的变化。",
            f"The target is {outputs[0]:g} in every row, so there is nothing to learn.",
            file=file,
            column=name,
        )


def _constant_words(names: list[str]) -> list[Text]:
    if not names:
        return []
    return [
        Text(
            zh=f"{'、'.join(names)} 在全部案例中不变，未参与学习。",
            en=f"{', '.join(names)} never changes and was left out.",
        )
    ]


def from_elements(tables: Mapping[str, pa.Table]) -> Learning:
    """Returns the organisation's design cases, one row a design; designs without every parameter are left out.

    Raises
    ------
    BadInput
        When there are no inputs or results, units of a parameter differ, or too few designs are complete.
    """
    rows = tables[ELEMENT].to_pylist()
    roles, units = _roles_and_units(rows)
    designs: dict[str, dict[str, float]] = {}
    products = {}
    for number, row in enumerate(rows, start=2):
        if not np.isfinite(row["value"]):
            raise refuse(
                "not_finite",
                "取值不是有限的数，请补齐或删去。",
                "The value is not a finite number; fill it in or remove it.",
                file=ELEMENT,
                row=number,
                column="value",
            )
        designs.setdefault(row["design_id"], {})[row["parameter"]] = float(row["value"])
        products[row["design_id"]] = row.get("product_id")
    inputs = [name for name, role in roles.items() if role != "result"]
    results = [name for name, role in roles.items() if role == "result"]
    for wanted, role, zh in ((inputs, "input", "输入"), (results, "result", "结果")):
        if not wanted:
            raise refuse(
                "no_role",
                f"设计案例里没有角色为{zh}的参数，请补充。",
                f"No parameter of the design cases has the role {role}; add some.",
                file=ELEMENT,
                column="role",
            )
    common = _common(designs, inputs, results)
    whole = [name for name, found in designs.items() if all(one in found for one in common)]
    inputs, results = [one for one in inputs if one in common], [one for one in results if one in common]
    if len(whole) < LEAST_ROWS:
        raise refuse(
            "too_few_cases",
            f"参数与结果齐全的设计只有 {len(whole)} 个，至少要 {LEAST_ROWS} 个；请补录历史设计或先做仿真试验。",
            f"Only {len(whole)} designs have every parameter and result; {LEAST_ROWS} are needed. Add past designs, or "
            "simulate some first.",
            file=ELEMENT,
        )
    table = {one: np.array([designs[name][one] for name in whole]) for one in common}
    for name in results:
        _varies(table[name], name, ELEMENT)
    varying = [name for name in inputs if np.ptp(table[name]) > 0]
    if not varying:
        raise refuse(
            "constant_inputs",
            "所有设计的输入参数都相同，学不到任何规律。",
            "The inputs are the same in every design, so there is nothing to learn.",
            file=ELEMENT,
            column="value",
        )
    cases = Cases(
        tuple(varying),
        np.stack([table[name] for name in varying], axis=1),
        {name: table[name] for name in results},
        tuple(whole),
        units,
        {name: float(table[name][0]) for name in inputs if name not in varying},
        len({products[name] for name in whole if products[name]}),
    )
    warnings = _constant_words([name for name in cases.fixed if roles[name] == "input"])
    if len(whole) < len(designs):
        warnings.append(
            Text(
                zh=f"{len(designs) - len(whole)} 个设计的参数或结果不全，未参与学习。",
                en=f"{len(designs) - len(whole)} designs lack a parameter or result and were left out.",
            )
        )
    if len(whole) < 10 * len(varying):
        warnings.append(
            Text(
                zh=f"{len(varying)} 个参数只有 {len(whole)} 个案例，不到十倍，区间会偏宽。",
                en=f"{len(whole)} cases for {len(varying)} parameters are fewer than ten each; intervals are wide.",
            )
        )
    return Learning(cases, warnings=warnings)


def _roles_and_units(rows: list[dict[str, object]]) -> tuple[dict[str, str], dict[str, str]]:
    roles: dict[str, str] = {}
    units: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        name, role, unit = str(row["parameter"]), str(row["role"]), str(row.get("unit") or "")
        if roles.setdefault(name, role) != role:
            raise refuse(
                "role_differs",
                f"参数 {name} 的角色前后不一，应始终为 {roles[name]}。",
                f"The parameter {name} has two roles; it was {roles[name]} before.",
                file=ELEMENT,
                row=number,
                column="role",
                value=role,
            )
        if unit and units.setdefault(name, unit) != unit:
            raise refuse(
                "unit_differs",
                f"参数 {name} 的单位前后不一（{units[name]} 与 {unit}），请先换算。",
                f"The parameter {name} comes in two units ({units[name]} and {unit}); convert it first.",
                file=ELEMENT,
                row=number,
                column="unit",
                value=unit,
            )
    return roles, units


def _common(designs: dict[str, dict[str, float]], inputs: list[str], results: list[str]) -> set[str]:
    """Returns the parameters that most designs have; one that few have would cost all the other designs."""
    counts = Counter(name for found in designs.values() for name in found)
    return {name for name in (*inputs, *results) if counts[name] >= len(designs) / 2}
