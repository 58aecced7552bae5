"""Whether a formula's columns are there, of a kind that can be computed with, and yield the unit that is claimed."""

from __future__ import annotations

from difflib import get_close_matches

from tujing.elements.definition import Column as Definition
from tujing.elements.definition import elements
from tujing.evaluation.formula import COMPARES, Aggregate, Binary, Column, Node, Number, aggregates, columns, fail
from tujing.evaluation.quantity import Quantity, quantity
from tujing.problems import refuse

MOMENT = Quantity(1.0, (("moment", 1),))
DAYLESS = quantity("min")


def check(node: Node, formula: str, unit: str, file: str = "", key: str = "formula") -> None:
    """Checks a parsed formula against the data elements and its declared unit.

    Raises
    ------
    BadInput
        When an element or column is not known, a text is summed, units do not add up, or the result is another unit.
    """
    checker = _Checker(formula, file, key)
    for aggregate in aggregates(node):
        checker.names(aggregate)
    found, wanted = checker.unit(node), quantity(unit)
    if not found.like(wanted):
        raise refuse(
            "unit_differs",
            f"公式算出的单位是 {found.words()}，声明的却是 {unit}（{wanted.words()}）；请改公式或单位。",
            f"The formula yields {found.words()}, but {unit} ({wanted.words()}) is declared; correct one of them.",
            file=file,
            key=key,
            value=formula,
        )


def definition(column: Column) -> Definition:
    return elements()[column.element].columns[column.column]


def row_unit(column: Column) -> Quantity:
    """The unit of a column's values; a moment in time is a unit of its own."""
    known = definition(column)
    return MOMENT if known.type in ("date", "datetime") else quantity(known.unit)


def told_unit(node: Aggregate) -> Quantity:
    """The unit that a condition on a `unit` column gives to figures that have none of their own, as meters' have."""
    for one in node.conditions:
        if one.column.column == "unit" and one.sign == "=" and isinstance(one.values, tuple) and len(one.values) == 1:
            return quantity(str(one.values[0]))
    return Quantity()


class _Checker:
    def __init__(self, formula: str, file: str, key: str) -> None:
        self.formula, self.file, self.key = formula, file, key

    def names(self, aggregate: Aggregate) -> None:
        known = elements()
        conditions = [one.column for one in aggregate.conditions]
        conditions += [one.values for one in aggregate.conditions if isinstance(one.values, Column)]
        at = aggregate.at
        if aggregate.element not in known:
            near = get_close_matches(aggregate.element, known, n=1)
            hint = (f"是否指 {near[0]}？", f" Did you mean {near[0]}?") if near else ("", "")
            place = next((one.at for one in columns(aggregate.body)), at)
            self._fail(
                place,
                f"没有数据要素 {aggregate.element}。{hint[0]}",
                f"there is no data element {aggregate.element}.{hint[1]}",
            )
        for column in [*columns(aggregate.body), *conditions]:
            there = known[aggregate.element].columns
            if column.column not in there:
                near = get_close_matches(column.column, there, n=1)
                hint = (f"是否指 {near[0]}？", f" Did you mean {near[0]}?") if near else ("", "")
                self._fail(
                    column.at,
                    f"{column.element} 没有列 {column.column}。{hint[0]}",
                    f"{column.element} has no column {column.column}.{hint[1]}",
                )
        for one in aggregate.conditions:
            allowed = definition(one.column).enum
            for value in () if isinstance(one.values, Column) else one.values:
                if allowed and value not in allowed:
                    self._fail(
                        one.column.at,
                        f"{one.column.column} 没有取值 {value}，可用：{'、'.join(allowed)}。",
                        f"{one.column.column} has no value {value}; there are: {', '.join(allowed)}.",
                    )

    def unit(self, node: Node) -> Quantity:
        if isinstance(node, Number):
            return Quantity()
        if isinstance(node, Aggregate):
            return self._aggregate(node)
        if isinstance(node, Column):
            if definition(node).type in ("string", "boolean"):
                self._fail(
                    node.at,
                    f"{node.column} 不是数，只能计数（count）。",
                    f"{node.column} is no number; it can only be counted.",
                )
            return row_unit(node)
        left, right = self.unit(node.left), self.unit(node.right)
        if node.sign in ("*", "/"):
            return left.times(right, 1 if node.sign == "*" else -1)
        if node.sign == "-" and left == MOMENT and right == MOMENT:
            return DAYLESS
        if not left.like(right) and not self._is_nought(node.left):
            self._fail(
                node.at,
                f"单位不同不能相加减或比较：{left.words()} 与 {right.words()}。",
                f"{left.words()} and {right.words()} cannot be added, subtracted or compared.",
            )
        return Quantity() if node.sign in COMPARES else (right if self._is_nought(node.left) else left)

    def _aggregate(self, node: Aggregate) -> Quantity:
        if node.kind in ("count", "count_distinct"):
            if isinstance(node.body, Binary):
                self.unit(node.body)
            return Quantity()
        assert node.body is not None
        found = self.unit(node.body)
        if found == MOMENT:
            self._fail(
                node.at,
                "时刻不能汇总，请用两个时刻之差。",
                "moments cannot be aggregated; take the difference of two.",
            )
        return found.times(told_unit(node))

    @staticmethod
    def _is_nought(node: Node) -> bool:
        return isinstance(node, Number) and node.value == 0.0

    def _fail(self, at: int, zh: str, en: str) -> None:
        fail(self.formula, at, zh, en, self.file, self.key)
